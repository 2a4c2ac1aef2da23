"""Application Recovery Controller: who is shifted away from which zone, and what is not known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast.aws import zonal_shifts
from ballast.facts.capacity import ZonalShift
from tests.aws_stubs import Stubs
from tests.builders import NOW

ARN = "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:1:autoScalingGroupName/"
ASKS = {"maxResults": 100}
NONE = ZonalShift()


def a_group(name: str = "web", *, enabled: bool = True, with_ids: bool = True) -> Any:
    def member(zone: str, number: int) -> dict[str, Any]:
        known = {"InstanceId": f"i-{number}", "LifecycleState": "InService", "AvailabilityZone": f"eu-central-1{zone}"}
        return known | ({"AvailabilityZoneId": f"euc1-az{number}"} if with_ids else {})

    return {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": ARN + name,
        "DesiredCapacity": 2,
        "MaxSize": 4,
        "AvailabilityZones": ["eu-central-1a", "eu-central-1b"],
        "Instances": [member("a", 2), member("b", 3)],
        **({"AvailabilityZoneImpairmentPolicy": {"ZonalShiftEnabled": True}} if enabled else {}),
    }


def a_resource(name: str = "web", **changes: Any) -> dict[str, Any]:
    return {"arn": ARN + name, "availabilityZones": [], "zonalShifts": [], "autoshifts": []} | changes


def a_shift(away_from: str, status: str = "APPLIED", expires: datetime = NOW + timedelta(hours=1)) -> dict[str, Any]:
    of_person = {"zonalShiftId": "0" * 8, "resourceIdentifier": ARN + "web", "expiryTime": expires, "comment": "why"}
    return of_person | an_autoshift(away_from, status)


def an_autoshift(away_from: str, status: str = "APPLIED") -> dict[str, Any]:
    return {"appliedStatus": status, "awayFrom": away_from, "startTime": NOW}


def shifts(aws: Stubs, *resources: dict[str, Any], group: Any = None) -> ZonalShift | None:
    aws.answers("arc-zonal-shift", "list_managed_resources", ASKS, {"items": list(resources)})
    [found] = zonal_shifts.capacity([group or a_group()], {}, NOW)
    return found.shift


@pytest.mark.parametrize(
    ("changes", "zones"),
    [
        ({"appliedWeights": {"euc1-az2": 1.0, "euc1-az3": 1.0}}, set()),
        ({"appliedWeights": {"euc1-az2": 0.0, "euc1-az3": 1.0}}, {"eu-central-1a"}),
        ({"zonalShifts": [a_shift("euc1-az3")]}, {"eu-central-1b"}),
        ({"zonalShifts": [a_shift("eu-central-1b")]}, {"eu-central-1b"}),
        ({"zonalShifts": [a_shift("euc1-az3", "NOT_APPLIED")]}, set()),
        ({"zonalShifts": [a_shift("euc1-az3", expires=NOW - timedelta(minutes=1))]}, set()),
        ({"autoshifts": [an_autoshift("euc1-az2")]}, {"eu-central-1a"}),
        ({"autoshifts": [an_autoshift("euc1-az1")]}, {"euc1-az1"}),
    ],
    ids=["none", "weight", "by id", "by name", "not in effect", "expired", "autoshift", "where nobody of it is"],
)
def test_what_is_in_effect_is_told_by_the_names_of_zones(aws: Stubs, changes: dict[str, Any], zones: set[str]) -> None:
    assert shifts(aws, a_resource(**changes)) == ZonalShift(frozenset(zones))


def test_who_is_not_listed_or_whose_zone_has_no_name_is_unknown(aws: Stubs) -> None:
    unlisted = shifts(aws, a_resource("other"))
    strange = shifts(aws, a_resource(autoshifts=[an_autoshift("euc1-az1")]), group=a_group(with_ids=False))

    assert unlisted == ZonalShift(unknown="Application Recovery Controller lists no such resource")
    assert strange == ZonalShift(unknown="Auto Scaling does not tell which zone euc1-az1 is")


def test_a_refusal_is_unknown_and_not_asked_again_in_the_same_round(aws: Stubs) -> None:
    aws.refuses("arc-zonal-shift", "list_managed_resources", "AccessDeniedException")
    asked: dict[str, ZonalShift] = {}

    [first] = zonal_shifts.capacity([a_group()], asked, NOW)
    [second] = zonal_shifts.capacity([a_group()], asked, NOW)

    assert first.shift is second.shift is asked["web"]
    assert asked["web"].unknown == "AWS refused ListManagedResources (AccessDeniedException): no"


def test_all_pages_are_read_once_for_all_groups_and_nobody_is_asked_where_none_may_be_shifted(aws: Stubs) -> None:
    assert [g.shift for g in zonal_shifts.capacity([a_group(enabled=False)], {}, NOW)] == [None]

    aws.answers("arc-zonal-shift", "list_managed_resources", ASKS, {"items": [a_resource()], "nextToken": "more"})
    aws.answers(
        "arc-zonal-shift", "list_managed_resources", {**ASKS, "nextToken": "more"}, {"items": [a_resource("db")]}
    )
    found = zonal_shifts.capacity([a_group(), a_group("db"), a_group("off", enabled=False)], {}, NOW)

    assert [g.shift for g in found] == [NONE, NONE, None]
