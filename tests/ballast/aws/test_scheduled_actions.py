"""Scheduled actions of one group, and of several in one call; what makes a group larger is tested by test_scaling_groups."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ballast.aws.scheduled_actions import actions_of, actions_of_all, raises_at
from tests.aws_stubs import Stubs

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
RAISES = {"AutoScalingGroupName": "web", "DesiredCapacity": 9, "StartTime": AT}
STRANGER = {**RAISES, "AutoScalingGroupName": "of nobody here"}


def test_of_several_groups_all_are_asked_for_in_one_call(aws: Stubs) -> None:
    aws.answers(
        "autoscaling", "describe_scheduled_actions", {"MaxRecords": 100},
        {"ScheduledUpdateGroupActions": [STRANGER, RAISES]},
    )  # fmt: skip

    found = actions_of_all(["web", "other"]) or {}

    assert (found["web"], found["other"]) == ([RAISES], [])
    assert raises_at(found["web"], {"MinSize": 1, "DesiredCapacity": 4}, AT) == AT  # type: ignore[typeddict-item]  # what counts


def test_of_an_account_with_more_than_a_page_each_group_is_asked_by_itself(aws: Stubs) -> None:
    more = {"ScheduledUpdateGroupActions": [STRANGER], "NextToken": "more"}
    aws.answers("autoscaling", "describe_scheduled_actions", {"MaxRecords": 100}, more)
    where = {"AutoScalingGroupName": "web"}
    aws.answers("autoscaling", "describe_scheduled_actions", where, {"ScheduledUpdateGroupActions": [RAISES]})

    assert actions_of_all(["web", "other"]) is None
    assert list(actions_of("web")) == [RAISES]


@pytest.mark.usefixtures("aws")
def test_one_group_is_not_asked_for_with_all_of_the_account() -> None:
    assert actions_of_all(["web"]) is None
