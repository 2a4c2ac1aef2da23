"""The Auto Scaling groups of a cluster: those of its providers, of what joined by itself, and those tagged as the cluster's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ballast.aws import autoscaling, scheduled_actions, zonal_shifts
from ballast.aws.group_offers import Launches as Offered
from ballast.aws.group_offers import launches_of, template_of
from ballast.aws.group_pasts import ENDED
from ballast.aws.launch_templates import tagged, templates
from ballast.aws.session import client
from ballast.aws.template_versions import numbers_of
from ballast.drain.hook import ECS_TAG
from ballast.facts.launch_template import Template as Found
from ballast.rebalance.snapshot import Market
from ballast_cli.dump.activities import activities_of
from ballast_cli.dump.fields import ours, tags_of, whole_seconds
from ballast_cli.dump.group_records import Group, Hook, Launches, Member, Scheduled, Shift, Template, WarmPool
from ballast_cli.dump.troubles import Troubles


def groups_of(
    cluster: str, of_providers: Iterable[str], loose: Iterable[str], now: datetime, troubles: Troubles
) -> tuple[Group, ...]:
    """`loose`: instances that no provider of a group has."""
    by_themselves = troubles.tried("the groups of instances without a provider", lambda: autoscaling.memberships(loose))
    tagged_ones = troubles.tried("which groups are tagged as the cluster's", lambda: autoscaling.tagged_groups(cluster))
    names = {*of_providers, *(m.group for m in (by_themselves or {}).values()), *(tagged_ones or ())}
    raws = list(autoscaling.groups(names))
    seen = _Seen(raws, now, troubles)
    return tuple(sorted((seen.group(raw) for raw in raws), key=lambda group: group.name))


class _Seen:
    """What is asked once for all groups."""

    def __init__(self, raws: Sequence[Any], now: datetime, troubles: Troubles) -> None:
        self.troubles = troubles
        names = [raw["AutoScalingGroupName"] for raw in raws]
        numbers = troubles.tried("versions of launch templates", lambda: numbers_of(map(template_of, raws)))
        self.numbers = numbers or {}
        found = troubles.tried("what the groups launch from", lambda: templates(names))
        self.templates = {each.group: each for each in found or ()}
        self.tagged = troubles.tried("which launch templates are tagged", tagged) or frozenset()
        self.shifts = {c.group: c.shift for c in zonal_shifts.capacity(raws, {}, now) if c.shift}

    def group(self, raw: Any) -> Group:
        name, told = raw["AutoScalingGroupName"], self.troubles
        hooks = told.tried("lifecycle hooks", lambda: _hooks(name)) or ()
        past = told.tried("scaling activities", lambda: activities_of(name)) or ()
        planned = told.tried("scheduled actions", lambda: tuple(map(_action, scheduled_actions.actions_of(name)))) or ()
        offers = told.tried("what the groups may launch", lambda: launches_of(raw, self.numbers)) or Offered()
        tags = tags_of(raw)
        policy = raw.get("InstanceMaintenancePolicy", {})
        return Group(
            name=name,
            desired=raw["DesiredCapacity"],
            minimum=raw["MinSize"],
            maximum=raw["MaxSize"],
            zones=tuple(raw["AvailabilityZones"]),
            created_at=whole_seconds(raw["CreatedTime"]),
            launches=_launches(raw, offers),
            template=_template(self.templates.get(name), self.tagged),
            members=tuple(sorted(map(_member, raw["Instances"]), key=lambda member: member.instance)),
            hooks=hooks,
            suspended=tuple(sorted(each.get("ProcessName", "") for each in raw.get("SuspendedProcesses", ()))),
            tags=ours(tags),
            ecs_tagged=ECS_TAG in tags,
            protects_new=raw.get("NewInstancesProtectedFromScaleIn", False),
            balanced_only=raw.get("AvailabilityZoneDistribution", {}).get("CapacityDistributionStrategy")
            == "balanced-only",
            operated="Operator" in raw,
            refreshing=bool(told.tried("instance refreshes", lambda: _refreshes(name))),
            lifetime_s=raw.get("MaxInstanceLifetime") or None,
            least_healthy_percent=policy.get("MinHealthyPercentage"),
            most_healthy_percent=policy.get("MaxHealthyPercentage"),
            warm_pool=_warm_pool(raw.get("WarmPoolConfiguration")),
            shift=self._shift(name),
            scheduled=planned,
            activities=past,
        )

    def _shift(self, name: str) -> Shift | None:
        shift = self.shifts.get(name)
        if shift and shift.unknown:
            # Why not is AWS's own sentence, with the ARN of whoever asked.
            self.troubles.note(f"whether a zonal shift moves {name} away from a zone: it could not be asked")
        return Shift(tuple(sorted(shift.zones))) if shift else None


def _member(raw: Mapping[str, Any]) -> Member:
    version = str(raw.get("LaunchTemplate", {}).get("Version", ""))
    return Member(
        raw["InstanceId"],
        raw["LifecycleState"],
        protected=raw.get("ProtectedFromScaleIn", False),
        healthy=raw["HealthStatus"].lower() != "unhealthy",
        version=int(version) if version.isdecimal() else None,
    )


def _launches(raw: Mapping[str, Any], offers: Offered) -> Launches:
    mixed = raw.get("MixedInstancesPolicy")
    names = tuple(dict.fromkeys(name for name, _ in offers.types))
    if not mixed:
        return Launches(names, spot=any(market is Market.SPOT for _, market in offers.types))
    rules = mixed.get("InstancesDistribution", {})
    percent = rules.get("OnDemandPercentageAboveBaseCapacity")
    overrides = mixed["LaunchTemplate"].get("Overrides", ())
    return Launches(
        names,
        mixed=True,
        on_demand_base=rules.get("OnDemandBaseCapacity") or 0,
        on_demand_percent=100 if percent is None else percent,
        on_demand_allocation=rules.get("OnDemandAllocationStrategy") or "prioritized",
        spot_allocation=rules.get("SpotAllocationStrategy") or "lowest-price",
        weights={o["InstanceType"]: int(o["WeightedCapacity"]) for o in overrides if "WeightedCapacity" in o},
    )


def _template(found: Found | None, managed: frozenset[str]) -> Template:
    if found is None:
        return Template()
    variant, arch = found.image_kind or (None, None)
    is_managed = found.launch_template_id in managed
    return Template(found.version, variant, arch, found.image_version, latest=found.follows_latest, managed=is_managed)


def _hooks(group: str) -> tuple[Hook, ...]:
    found = client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=group)["LifecycleHooks"]
    return tuple(
        Hook(h["LifecycleHookName"], h["LifecycleTransition"], h["DefaultResult"], h["HeartbeatTimeout"]) for h in found
    )


def _refreshes(group: str) -> bool:
    raw = client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=group, MaxRecords=1)
    return any(each["Status"] not in ENDED for each in raw["InstanceRefreshes"])


def _action(raw: Mapping[str, Any]) -> Scheduled:
    return Scheduled(
        whole_seconds(raw["StartTime"]), raw.get("DesiredCapacity"), raw.get("MinSize"), raw.get("MaxSize")
    )


def _warm_pool(raw: Mapping[str, Any] | None) -> WarmPool | None:
    if raw is None:
        return None
    most = raw.get("MaxGroupPreparedCapacity", -1)
    reuse = raw.get("InstanceReusePolicy", {}).get("ReuseOnScaleIn", False)
    return WarmPool(raw.get("PoolState", "Stopped"), raw.get("MinSize", 0), None if most < 0 else most, reuse)
