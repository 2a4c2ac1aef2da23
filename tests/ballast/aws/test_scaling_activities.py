"""Who changed the size of a group, as its activities tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.scaling_activities import History, history, read
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ECS = (
    "At {}Z a monitor alarm TargetTracking-web-AlarmHigh-1 in state ALARM triggered policy "
    "ECSManagedAutoScalingPolicy-1 changing the desired capacity from {} to {}."
)
USER = "At {}Z a user request explicitly set group desired capacity changing the desired capacity from {} to {}."


def activity(minutes_ago: int, cause: str, **more: Any) -> dict[str, Any]:
    return {"StartTime": NOW - timedelta(minutes=minutes_ago), "Cause": cause, "StatusCode": "Successful", **more}


def change(who: str, minutes_ago: int, before: int, after: int, begun_minutes_ago: int | None = None) -> dict[str, Any]:
    cause = who.format(f"{ago(minutes_ago):%Y-%m-%dT%H:%M:%S}", before, after)
    begun = minutes_ago if begun_minutes_ago is None else begun_minutes_ago
    more = f"  At {ago(begun):%Y-%m-%dT%H:%M:%S}Z an instance was started in response to a difference."
    return activity(begun, cause + more)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_the_cause_says_who_raised_and_who_lowered_and_the_newest_counts() -> None:
    changes = [change(ECS, 50, 3, 4), change(ECS, 40, 4, 5), change(ECS, 30, 5, 4), change(USER, 20, 4, 9)]

    found = read("web", changes)

    assert found == History(ago(20), ago(20), ago(40), ago(30))


def test_a_launch_that_is_tried_again_is_no_new_change_of_the_size() -> None:
    again = change(USER, 30, 4, 9, begun_minutes_ago=2)

    assert read("web", [again]) == History(ago(30), ago(30))


@pytest.mark.parametrize(("status", "grew"), [("Successful", 2), ("Failed", 30), ("Cancelled", 30)])
def test_a_group_has_grown_once_the_launch_that_was_tried_again_brings_something(status: str, grew: int) -> None:
    """Chaos seed 60131: launches failed for half an hour, and what came then was given back at once."""
    late = change(ECS, 30, 4, 5, begun_minutes_ago=2)
    late |= {"Description": "Launching a new EC2 instance: i-1", "StatusCode": status}

    found = read("web", [late])

    assert (found.raised_at, found.desired_since, found.ecs_raised_at) == (ago(grew), ago(30), ago(30))


def test_of_two_changes_in_one_cause_each_has_its_own_time_and_author() -> None:
    two = change(ECS, 30, 4, 5)
    two["Cause"] += "  " + change(USER, 10, 5, 7)["Cause"]

    assert read("web", [two]) == History(ago(10), ago(10), ago(30), None)


def test_an_instance_that_ec2_took_is_told_by_the_health_check() -> None:
    why = "in response to an EC2 health check indicating it has been terminated or stopped."
    cause = f"instance i-1 was taken out of service {why}"

    assert read("web", [activity(5, cause)]).gone_at == ago(5)


def test_a_launch_that_failed_is_told_with_its_message() -> None:
    failed = activity(
        9, "", StatusCode="Failed", Description="Launching a new EC2 instance.  Status Reason: no",
        StatusMessage="We currently do not have sufficient m7i.large capacity", EndTime=ago(8),
    )  # fmt: skip

    [failure] = read("web", [failed]).failures

    assert (failure.group, failure.at, failure.message[:27]) == ("web", ago(8), "We currently do not have su")


def test_one_page_of_a_group_is_asked_for(aws: Stubs) -> None:
    aws.answers(
        "autoscaling",
        "describe_scaling_activities",
        {"AutoScalingGroupName": "web", "MaxRecords": 100},
        {"Activities": []},
    )

    assert history("web") == History()
