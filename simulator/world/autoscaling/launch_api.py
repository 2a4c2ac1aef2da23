"""LaunchInstances: a launch in one zone that answers at once, with instances or with typed errors.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/launching-instances-synchronous-provisioning.html
"""

from __future__ import annotations

from simulator.world.autoscaling.api import require_own
from simulator.world.autoscaling.causes import desired_changed
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.group_shapes import zone_id
from simulator.world.autoscaling.pools import Pool
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.parts import Parts

MOST = 100
SUBNET = "subnet-12345678"  # the one of every group here
MARKETS = {"spot": "Spot", "on-demand": "OnDemand"}


def launch_instances(world: Parts, params: Params, actor: str) -> Output:
    """The answer of a ClientToken is that of its first call.

    The page has no rule for the group's maximum; beyond it is refused here. What becomes of the desired capacity:
    `world.readings.launched_raises_desired`; `retry-with-group-configuration` raises it by what is missing.
    """
    group = require_own(world, params["AutoScalingGroupName"])
    asked = {key: value for key, value in params.items() if key != "ClientToken"}
    known = group.answers.get(params["ClientToken"])
    if known is not None:
        if known[0] != asked:
            message = "The request uses the same client token as a previous, but non-identical request."
            raise AwsError("IdempotentParameterMismatch", message)
        return known[1]
    count, zone = params["RequestedCapacity"], _zone(group, params)
    _check(group, count)
    launched: list[Member] = []
    errors: dict[Pool, Output] = {}
    for _ in range(count):
        member = _one(world, group, zone, errors)
        if member is None:
            break
        launched.append(member)
    _account(world, group, len(launched), count - len(launched), params.get("RetryStrategy", "none"))
    world.note("launched_by_call", group=group.name, launched=len(launched), asked=count, zone=zone, actor=actor)
    answer = {
        "AutoScalingGroupName": group.name,
        "ClientToken": params["ClientToken"],
        "Instances": _instances(launched),
        "Errors": list(errors.values()) if len(launched) < count else [],
    }
    group.answers[params["ClientToken"]] = (asked, answer)
    return answer


def _zone(group: Group, params: Params) -> str:
    """A group of several zones must name one, by name, by id or by subnet (of which every group here has one)."""
    names = [zone for zone in group.zones if zone_id(zone) in params.get("AvailabilityZoneIds", ())]
    names += params.get("AvailabilityZones", [])
    if len(names) > 1 or any(name not in group.zones for name in names):
        message = "The Availability Zone must be a single one of the Auto Scaling group's."
        raise AwsError("ValidationError", message)
    if not names and len(group.zones) > 1:
        message = "Either AvailabilityZones or SubnetIds must be specified for groups with multiple Availability Zones."
        raise AwsError("ValidationError", message)
    return names[0] if names else group.zones[0]


def _check(group: Group, count: int) -> None:
    mixed = group.mixed
    if mixed and mixed.on_demand_percent not in (0, 100):
        message = "LaunchInstances requires a mixed instances policy that is entirely On-Demand or entirely Spot."
        raise AwsError("ValidationError", message)
    if group.warm_pool is not None:
        raise AwsError("ValidationError", "LaunchInstances does not support groups with a warm pool.")
    if not 1 <= count <= MOST:
        raise AwsError("ValidationError", f"RequestedCapacity must be between 1 and {MOST}.")
    if len(group.staying) + count > group.maximum:
        message = f"Launching {count} instances would exceed the max size ({group.maximum}) of the Auto Scaling group."
        raise AwsError("ValidationError", message)
    if "Launch" in group.suspended:
        raise AwsError("ValidationError", "The Launch process of the Auto Scaling group is suspended.")


def _one(world: Parts, group: Group, zone: str, errors: dict[Pool, Output]) -> Member | None:
    launching = world.groups.launching
    for pool in launching.pools(group, zone):
        fault = launching.fault(group, pool)
        if fault is None:
            return launching.launch(group, pool=pool)
        errors[pool] = _where(pool) | {"ErrorCode": fault.code, "ErrorMessage": fault.message}
    return None


def _account(world: Parts, group: Group, launched: int, missing: int, retry: str) -> None:
    if world.readings.launched_raises_desired:
        group.desired += launched
    else:
        group.extra += launched
    if retry == "retry-with-group-configuration" and missing:
        before, group.desired = group.desired, min(group.maximum, group.desired + missing)
        why = "a request to launch instances with retry-with-group-configuration"
        group.why = desired_changed(world, group, before, why)
        world.groups.reconcile(group)


def _where(pool: Pool) -> Output:
    return {
        "InstanceType": pool.shape.instance_type,
        "MarketType": MARKETS[pool.market],
        "SubnetId": SUBNET,
        "AvailabilityZone": pool.zone,
        "AvailabilityZoneId": zone_id(pool.zone),
    }


def _instances(launched: list[Member]) -> list[Output]:
    by_pool: dict[Pool, list[str]] = {}
    for member in launched:
        instance = member.instance
        by_pool.setdefault(Pool(instance.shape, instance.zone, instance.spot), []).append(instance.id)
    return [_where(pool) | {"InstanceIds": ids} for pool, ids in by_pool.items()]


OPERATIONS = {"LaunchInstances": launch_instances}
