"""EC2 instances, and which group has them in which state."""

from __future__ import annotations

from ballast_cli.dump.group_records import Member as Dumped
from ballast_cli.dump.records import Dump
from ballast_cli.dump.records import Instance as DumpedInstance
from ballast_cli.what_if.world.releases import published
from ballast_cli.what_if.world.shapes import Shapes
from simulator.world import World
from simulator.world.autoscaling.group_records import Member
from simulator.world.core.records import Instance, InstanceState, Shape

GONE_S = 7_200.0  # longer than EC2 shows what was terminated
COMING = ("Pending", "Pending:Wait", "Pending:Proceed")
ABSENT_ZONE = "unknown"


def add_instances(world: World, dump: Dump, shapes: Shapes) -> None:
    host_of = {host.instance: host for host in dump.hosts}
    member_of = {m.instance: (group.name, m) for group in dump.groups for m in group.members}
    for each in dump.instances:
        host, (group, member) = host_of.get(each.id), member_of.get(each.id, (None, None))
        provider = host.provider if host else world.groups.groups[group].capacity_provider if group else None
        instance = world.ec2.instances[_launch(world, dump, each, shapes)]
        instance.group, instance.capacity_provider = group, provider
        if group:
            instance.tags = {**world.groups.groups[group].tags, "aws:autoscaling:groupName": group}
        instance.ecs_managed = any(p.name == provider and p.group is None for p in dump.providers)
        if group and member:
            _join_group(world, group, instance, member)
    for host in dump.hosts:
        if host.instance not in world.ec2.instances:
            _add_gone(world, dump, host.instance, host.provider)


def _launch(world: World, dump: Dump, each: DumpedInstance, shapes: Shapes) -> str:
    world.ec2.next_ids = [each.id]
    instance = world.ec2.launch(
        shapes.of(each.id),
        each.zone,
        cluster=world.clusters[dump.cluster.name],
        spot=each.spot,
        already_running=each.state != "pending",
    )
    instance.launched_at_s = world.clock.seconds(each.launched_at)
    instance.subnet = each.subnet
    release = published(world, each.bottlerocket)
    if each.bottlerocket:
        instance.os = (each.bottlerocket.variant, each.bottlerocket.arch)
    if release:
        instance.image_id = release.image_id
    _set_state(world, instance, each)
    return each.id


def _set_state(world: World, instance: Instance, each: DumpedInstance) -> None:
    state = InstanceState(each.state)
    if state not in (InstanceState.RUNNING, InstanceState.PENDING):
        instance.state = state
        world.ec2.history[instance.id].append((world.clock.now_s - 1.0, state))
    if state is InstanceState.TERMINATED:
        instance.ended_at_s = world.clock.now_s - 1.0
    if (host := world.bottlerocket.host(instance.id)) and not each.reachable:
        host.online = False


def _join_group(world: World, name: str, instance: Instance, each: Dumped) -> None:
    """What is leaving begins to leave once all is there (see `under_way`)."""
    group = world.groups.groups[name]
    state = "InService" if each.state.startswith("Terminating") else each.state
    if each.state in COMING and instance.state is InstanceState.PENDING:
        state = "Pending"
    member = Member(group, instance, state, each.protected, healthy=each.healthy, launched_from=each.version or 1)
    group.members[instance.id] = member


def _add_gone(world: World, dump: Dump, instance_id: str, provider: str | None) -> None:
    """A container instance whose host EC2 does not know any more."""
    host = next(host for host in dump.hosts if host.instance == instance_id)
    shape = Shape(host.attributes.get("ecs.instance-type") or "", host.cpu, host.memory_mib, host.gpus)
    zone = host.attributes.get("ecs.availability-zone") or ABSENT_ZONE
    world.ec2.next_ids = [instance_id]
    instance = world.ec2.launch(
        shape, zone, cluster=world.clusters[dump.cluster.name], capacity_provider=provider, already_running=True
    )
    instance.state, instance.ended_at_s = InstanceState.TERMINATED, world.clock.now_s - GONE_S
    world.ec2.history[instance_id].append((instance.ended_at_s, InstanceState.TERMINATED))
