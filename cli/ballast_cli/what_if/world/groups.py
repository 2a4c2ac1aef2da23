"""Auto Scaling groups and the capacity providers on them."""

from __future__ import annotations

from typing import Literal

from ballast_cli.dump.group_records import Group as Dumped
from ballast_cli.dump.records import Dump
from ballast_cli.dump.records import Provider as DumpedProvider
from ballast_cli.what_if.world.pasts import add_past
from ballast_cli.what_if.world.shapes import Shapes
from simulator.world import World
from simulator.world.autoscaling.attached_records import MixedPolicy, WarmPool, ZonalShift
from simulator.world.autoscaling.group_records import Group, Hook, Result
from simulator.world.autoscaling.group_shapes import overrides_of
from simulator.world.autoscaling.refresh_records import Refresh
from simulator.world.core.capacity_records import CapacityProvider, ScalingRules
from simulator.world.core.core import arn
from simulator.world.core.records import Shape
from simulator.world.ec2.launch_templates import Version

NOBODY_KNOWS = [{"InstanceRequirements": {"VCpuCount": {"Min": 1}, "MemoryMiB": {"Min": 1}}}]
CHEAPEST = "lowest-price"
type Spot = Literal["price-capacity-optimized", "capacity-optimized", "lowest-price"]
DAY_S = 86_400.0
OURS = '{"cluster": "%s"}'  # the metadata of our hook


def add_groups(world: World, dump: Dump, shapes: Shapes) -> None:
    provider_of = {p.group: p.name for p in dump.providers if p.group}
    for each in dump.groups:
        group = _group(world, dump, each, shapes, provider_of.get(each.name))
        world.groups.groups[group.name] = group
        _attach(world, each, group)
    for provider in dump.providers:
        _add_provider(world, dump, provider)


def _group(world: World, dump: Dump, each: Dumped, shapes: Shapes, provider: str | None) -> Group:
    launches = each.launches
    there = {i.id: i.type for i in dump.instances}
    names = launches.types or tuple(sorted({there[m.instance] for m in each.members}))
    types = tuple(shapes.of_next(each.name, name) for name in names) or (Shape("unknown.large", 0, 0),)
    mixed = None
    if launches.mixed:
        mixed = MixedPolicy(
            types,
            on_demand="lowest-price" if launches.on_demand_allocation == CHEAPEST else "prioritized",
            spot=_spot(launches.spot_allocation),
            on_demand_base=launches.on_demand_base,
            on_demand_percent=launches.on_demand_percent,
            weights=dict(launches.weights),
        )
    overrides = None if mixed is None else overrides_of(mixed) if launches.types else NOBODY_KNOWS
    return Group(
        name=each.name,
        arn=_arn(each.name),
        cluster=world.clusters[dump.cluster.name],
        desired=each.desired,
        minimum=each.minimum,
        maximum=each.maximum,
        shape=types[0],
        mixed=mixed,
        overrides=overrides,
        zones=each.zones,
        spot=launches.spot,
        capacity_provider=provider,
        protects_new_instances=each.protects_new,
        created_at_s=world.clock.seconds(each.created_at),
        tags=dict(each.tags),
        ecs_tagged=each.ecs_tagged,
        balanced_only=each.balanced_only,
        operator="its operator" if each.operated else None,
        suspended=dict.fromkeys(each.suspended, "User suspended"),
    )


def _arn(group: str) -> str:
    return arn("autoscaling", f"autoScalingGroup:{group}:autoScalingGroupName/{group}")


def _spot(written: str) -> Spot:
    known: tuple[Spot, ...] = ("price-capacity-optimized", "capacity-optimized", "lowest-price")
    return next((each for each in known if written.startswith(each)), known[0])


def _attach(world: World, each: Dumped, group: Group) -> None:
    cluster = group.cluster.name if group.cluster else ""
    for hook in each.hooks:
        result: Result = "CONTINUE" if hook.default_result == "CONTINUE" else "ABANDON"
        ours = OURS % cluster if hook.name == "ballast-drain" else None
        group.hooks[hook.name] = Hook(hook.name, result, hook.heartbeat_s, hook.transition, ours)
    _set_template(world, each, group)
    if each.warm_pool:
        pool = each.warm_pool
        group.warm_pool = WarmPool(pool.state, pool.minimum, pool.most_prepared, pool.reuse_on_scale_in)
    if each.shift:
        group.shifts_by = "IgnoreUnhealthy"
        for zone in each.shift.away_from[:1]:
            group.shift = ZonalShift(zone, world.clock.now_s, world.clock.now_s + 3 * DAY_S)
    if each.most_healthy_percent is not None or each.least_healthy_percent is not None:
        group.maintenance = (each.least_healthy_percent or 100, each.most_healthy_percent or 100)
    group.max_lifetime_s = each.lifetime_s
    if each.refreshing:  # it is taken to last: nobody knows what it does next
        refresh = Refresh("under-way", group, 1, None, {}, world.clock.now_s, status="InProgress")
        world.refreshes.of.setdefault(group.name, []).insert(0, refresh)
    add_past(world, each, group)


def _set_template(world: World, each: Dumped, group: Group) -> None:
    """With the versions that its instances were launched from, and that it names; all of them boot what that one boots."""
    template = each.template
    kind = (template.variant, template.arch) if template.variant and template.arch else None
    image = ""
    if kind and template.latest:
        image = f"resolve:ssm:/aws/service/bottlerocket/{kind[0]}/{kind[1]}/latest/image_id"
    elif kind and (line := world.bottlerocket.releases.lines.get(kind)):
        image = next((r.image_id for r in line.published if r.version == template.release), "")
    numbers = {member.version or 1 for member in each.members} | {1}
    numbers |= {int(template.version)} if template.version.isdecimal() else set()
    made = world.launch_templates.make(group.name, image)
    made.versions = {number: Version(number, image) for number in sorted(numbers)}
    made.default = max(numbers)
    made.tags = {"ballast:managed": "true"} if template.managed else {}
    group.template, group.os = made, kind if image else None
    group.template_version = template.version


def _add_provider(world: World, dump: Dump, each: DumpedProvider) -> None:
    cluster = world.clusters[dump.cluster.name]
    rules = ScalingRules(each.minimum_step, each.maximum_step, float(each.warmup_s)) if each.managed_scaling else None
    provider = CapacityProvider(
        name=each.name,
        arn=arn("ecs", f"capacity-provider/{each.name}"),
        cluster=cluster,
        group=each.group,
        group_arn=_arn(each.group) if each.group else "",
        managed_draining=each.managed_draining,
        managed_scaling=each.managed_scaling,
        target_capacity=each.target_percent,
        termination_protection=each.termination_protection,
        scaling=rules,
        policy=f"ECSManagedAutoScalingPolicy-{each.name}" if rules else "",
        update="UPDATE_IN_PROGRESS" if each.updating else None,
    )
    cluster.providers[each.name] = provider
    if each.reservation is not None:
        provider.reservations.append((world.clock.now_s - 60.0, each.reservation))
    if rules is not None:
        world.reservation_scaling.watch(provider)
