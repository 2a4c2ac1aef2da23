"""Who is in the warm pool of a group."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws.warm_pools import has_pool, in_pool
from ballast.facts.group import GroupMembership
from tests.aws_stubs import Stubs
from tests.ballast.aws.test_autoscaling import a_group, a_member


def a_pooled_group(name: str = "web", *members: dict[str, Any], **pool: object) -> Any:
    """As Auto Scaling describes it: with the configuration and the size of its pool."""
    return a_group(name, *members) | {"WarmPoolConfiguration": {"PoolState": "Stopped", **pool}, "WarmPoolSize": 0}


def shows(aws: Stubs, group: str, *members: dict[str, Any], page: str | None = None, more: str | None = None) -> None:
    asked = {"AutoScalingGroupName": group, **({"NextToken": page} if page else {})}
    answer = {"Instances": list(members), **({"NextToken": more} if more else {})}
    aws.answers("autoscaling", "describe_warm_pool", asked, answer)


@pytest.mark.parametrize(
    ("group", "there"),
    [(a_group("web"), False), (a_pooled_group(), True), (a_pooled_group(Status="PendingDelete"), True)],
)
def test_a_pool_is_there_though_it_is_told_to_be_empty_and_until_it_is_deleted(group: Any, *, there: bool) -> None:
    assert has_pool(group) is there


def test_all_pages_of_a_pool_are_its_members(aws: Stubs) -> None:
    shows(aws, "web", a_member("i-1", "Warmed:Stopped"), more="more")
    shows(aws, "web", a_member("i-2", "Warmed:Terminating:Wait"), page="more")
    operated: Any = a_pooled_group() | {"Operator": {"Principal": "batch.amazonaws.com"}}

    assert in_pool(operated) == [
        ("i-1", GroupMembership("web", "Warmed:Stopped", operator="batch.amazonaws.com", zone="eu-central-1a")),
        (
            "i-2",
            GroupMembership("web", "Warmed:Terminating:Wait", operator="batch.amazonaws.com", zone="eu-central-1a"),
        ),
    ]
