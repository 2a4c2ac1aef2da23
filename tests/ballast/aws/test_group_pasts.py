"""What has happened to groups; those that stand still are asked in turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.group_pasts import KEPT_FOR, SURE_AFTER, TURNS, pasts_of
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SURE, LATER = NOW + SURE_AFTER, NOW + SURE_AFTER + timedelta(minutes=5)
Groups = list[Any]


def a_group(name: str = "web", states: tuple[str, ...] = ("InService", "InService"), **how: Any) -> Any:
    members = [{"InstanceId": f"i-{name}-{n}", "LifecycleState": state} for n, state in enumerate(states)]
    own = {"AutoScalingGroupName": name, "DesiredCapacity": 2, "MinSize": 1, "MaxSize": 8, "Instances": members}
    return {**own, **how}


def answers(aws: Stubs, name: str = "web", *, refresh: str = "Successful") -> None:
    where = {"AutoScalingGroupName": name}
    aws.answers("autoscaling", "describe_scaling_activities", {**where, "MaxRecords": 100}, {"Activities": []})
    refreshes = {"InstanceRefreshes": [{"Status": refresh}]}
    aws.answers("autoscaling", "describe_instance_refreshes", {**where, "MaxRecords": 1}, refreshes)


def stand_still(aws: Stubs, groups: Groups) -> None:
    """Asked twice, so that what made them so has been told, whenever it came."""
    for at in (NOW, SURE):
        for group in groups:
            answers(aws, group["AutoScalingGroupName"])
        pasts_of(groups, at)


def test_of_groups_that_stand_still_one_is_asked_a_look_that_was_asked_longest_ago(aws: Stubs) -> None:
    groups = [a_group(str(number)) for number in range(TURNS)]
    stand_still(aws, groups)

    for number in (*range(TURNS), 0):
        answers(aws, str(number))
        assert pasts_of(groups, LATER + timedelta(minutes=number)).keys() == {str(each) for each in range(TURNS)}


@pytest.mark.parametrize(
    "how",
    [
        {"DesiredCapacity": 3},
        {"MinSize": 2},
        {"states": ("InService",)},
        {"states": ("InService", "Terminating:Wait")},
        {"states": ("InService", "Pending")},
    ],
)
def test_a_group_that_does_not_stand_as_it_did_is_asked_at_once(aws: Stubs, how: dict[str, Any]) -> None:
    still = a_group("still")
    stand_still(aws, [still, a_group()])
    answers(aws, "still")  # whose turn it is
    answers(aws)

    assert pasts_of([still, a_group(**how)], LATER).keys() == {"still", "web"}


def test_what_is_about_to_be_changed_is_asked_at_once(aws: Stubs) -> None:
    groups = [a_group("still"), a_group()]
    stand_still(aws, groups)
    answers(aws, "still")
    answers(aws)

    pasts_of(groups, LATER, anew=True)


def test_a_refresh_is_asked_after_until_it_has_ended(aws: Stubs) -> None:
    still = a_group("still")
    for status in ("InProgress", "InProgress", "InProgress", "Successful"):
        answers(aws, "still")
        answers(aws, refresh=status)

    seen = [pasts_of([still, a_group()], at)["web"].refreshing for at in (NOW, SURE, LATER, LATER + SURE_AFTER)]

    assert seen == [True, True, True, False]


def test_a_long_time_later_all_are_asked(aws: Stubs) -> None:
    groups = [a_group("still"), a_group()]
    stand_still(aws, groups)
    answers(aws, "still")
    answers(aws)

    pasts_of(groups, SURE + KEPT_FOR)


def test_one_that_cannot_be_asked_is_unknown_and_asked_again(aws: Stubs) -> None:
    aws.refuses("autoscaling", "describe_scaling_activities", "AccessDenied")

    assert pasts_of([a_group()], NOW) == {}

    answers(aws)
    assert pasts_of([a_group()], LATER).keys() == {"web"}
