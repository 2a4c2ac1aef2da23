"""Amazon Application Recovery Controller: which zones does a zonal shift or an autoshift move a group away from now?

Auto Scaling tells only whether one may be: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-zonal-shift.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ballast.aws.autoscaling import capacity_of
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.capacity import GroupCapacity, ZonalShift

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

RESOURCES_MOST = 100  # https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ListManagedResources.html
IN_EFFECT = "APPLIED"

type Asked = dict[str, ZonalShift]


def capacity(found: Sequence[RawGroup], asked: Asked, now: datetime) -> tuple[GroupCapacity, ...]:
    """What the groups should have and have, with their shifts. `asked` keeps the answers, so that one round asks once.

    Nobody is asked unless zonal shift is on for one of them; what is not answered is unknown.
    """
    seen = capacity_of(found)
    enabled = {group.group for group in seen if group.shift}
    if enabled - asked.keys():
        asked |= _ask([group for group in found if group["AutoScalingGroupName"] in enabled], found, now)
    return tuple(replace(group, shift=asked[group.group]) if group.shift else group for group in seen)


def _ask(wanted: Sequence[RawGroup], everyone: Sequence[RawGroup], now: datetime) -> Asked:
    try:
        resources = {resource.get("arn"): resource for resource in _resources()}
    except CallFailedError as error:
        return {group["AutoScalingGroupName"]: ZonalShift(unknown=str(error)) for group in wanted}
    return {
        group["AutoScalingGroupName"]: _shift(resources.get(group["AutoScalingGroupARN"]), everyone, now)
        for group in wanted
    }


def _resources() -> Iterator[Mapping[str, Any]]:
    arc: Any = client("arc-zonal-shift")  # type: ignore[call-overload]  # no stubs of it are installed
    for page in arc.get_paginator("list_managed_resources").paginate(PaginationConfig={"PageSize": RESOURCES_MOST}):
        yield from page["items"]


def _shift(resource: Mapping[str, Any] | None, everyone: Sequence[RawGroup], now: datetime) -> ZonalShift:
    """What has weight 0, or is the `awayFrom` of a shift in effect: a person's, AWS's autoshift, or a practice run.

    https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ManagedResourceSummary.html
    """
    if resource is None:
        return ZonalShift(unknown="Application Recovery Controller lists no such resource")
    away = {zone for zone, weight in resource.get("appliedWeights", {}).items() if not weight}
    for shift in (*resource.get("zonalShifts", []), *resource.get("autoshifts", [])):
        if shift["appliedStatus"] == IN_EFFECT and shift.get("expiryTime", now) >= now:
            away.add(shift["awayFrom"])
    return _named(away, everyone)


def _named(away: set[str], everyone: Sequence[RawGroup]) -> ZonalShift:
    """Zones by name, as ECS calls them; the pages show ids (use1-az1), which differ from account to account.

    https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
    """
    members = [instance for group in everyone for instance in group["Instances"]]
    names = {zone for group in everyone for zone in group["AvailabilityZones"]}
    name_of = {i["AvailabilityZoneId"]: i["AvailabilityZone"] for i in members if i.get("AvailabilityZoneId")}
    strange = sorted(away - names - name_of.keys())
    if strange and not all(instance.get("AvailabilityZoneId") for instance in members):
        return ZonalShift(unknown=f"Auto Scaling does not tell which zone {strange[0]} is")
    return ZonalShift(frozenset(name_of.get(zone, zone) for zone in away))
