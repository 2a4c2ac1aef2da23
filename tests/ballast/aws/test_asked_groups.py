"""Groups that cannot be asked cost no other its answer."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws import asked_groups
from ballast.aws.asked_groups import NO_SUCH_GROUP, POOLS_AT_ONCE, ask_groups, ask_pools, each_group, unsettled
from ballast.errors import CallFailedError, UnavailableError
from ballast.facts.group import GroupMembership
from tests.aws_stubs import Stubs
from tests.ballast.aws.test_autoscaling import a_group, a_member
from tests.ballast.aws.test_warm_pools import a_pooled_group, shows


def described(aws: Stubs, *names: str, found: list[dict[str, Any]] | None = None, refused: str | None = None) -> None:
    asked = {"AutoScalingGroupNames": list(names)}
    if refused:
        aws.refuses("autoscaling", "describe_auto_scaling_groups", refused, asked)
    else:
        answer = {"AutoScalingGroups": [a_group(n) for n in names] if found is None else found}
        aws.answers("autoscaling", "describe_auto_scaling_groups", asked, answer)


def names_of(found: tuple[Any, ...]) -> list[str]:
    return [group["AutoScalingGroupName"] for group in found]


def test_one_that_aws_leaves_out_does_not_exist(aws: Stubs) -> None:
    described(aws, "batch", "web", found=[a_group("web")])

    asked = ask_groups(["web", "batch"])

    assert (names_of(asked.found), asked.unsure) == (["web"], {"batch": NO_SUCH_GROUP})


def test_where_they_cannot_be_asked_together_each_is_asked(aws: Stubs) -> None:
    described(aws, "batch", "web", refused="AccessDenied")
    described(aws, "batch", refused="AccessDenied")
    described(aws, "web")

    asked = ask_groups(["web", "batch"])

    assert names_of(asked.found) == ["web"]
    assert "AccessDenied" in asked.unsure["batch"]


def test_one_that_is_known_to_fail_is_asked_apart(aws: Stubs) -> None:
    described(aws, "web")
    described(aws, "batch")

    assert names_of(ask_groups(["web", "batch"], apart=["batch"]).found) == ["web", "batch"]


def test_after_two_refusals_for_haste_the_rest_waits() -> None:
    asked: list[str] = []

    def ask(name: str) -> list[str]:
        asked.append(name)
        if name == "denied":
            raise CallFailedError("no", "DescribeLifecycleHooks", "ValidationError")
        raise UnavailableError("slow down", "DescribeLifecycleHooks", "Throttling")

    found = each_group(["denied", "a", "b", "c"], ask)

    assert asked == ["denied", "a", "b"]
    assert found.unsure.keys() == {"denied", "a", "b", "c"}


def test_groups_that_hold_an_instance_or_lack_one_are_found_fifty_at_a_time(aws: Stubs) -> None:
    names = [f"g{n:02}" for n in range(60)]
    described(aws, *names[:50], refused="Throttling")
    described(
        aws,
        *names[50:],
        found=[
            a_group("g55", a_member("i-1", "Terminating:Wait")),
            a_group("g56", a_member("i-2")),
            {**a_group("g57"), "DesiredCapacity": 1},
        ],
    )

    assert unsettled(names, 0) == {"g55", "g57"}


def test_a_warm_pool_that_cannot_be_asked_costs_no_other_its_answer_and_without_one_nothing_is_asked(
    aws: Stubs,
) -> None:
    aws.refuses("autoscaling", "describe_warm_pool", "AccessDenied", {"AutoScalingGroupName": "batch"})
    shows(aws, "web", a_member("i-1", "Warmed:Running"))

    asked = ask_pools([a_pooled_group("web"), a_pooled_group("batch"), a_group("plain")])  # type: ignore[list-item]

    assert [(i, m.group, m.lifecycle_state) for i, m in asked.found] == [("i-1", "web", "Warmed:Running")]
    assert asked.unsure["batch"].startswith("Its warm pool is not told: ")
    assert "AccessDenied" in asked.unsure["batch"]


def test_a_group_of_which_a_hook_holds_an_instance_of_the_warm_pool_is_not_settled(
    aws: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = a_pooled_group("a", a_member("i-3", "Terminating:Wait"))  # that is known without its pool
    described(aws, "a", "b", "c", found=[busy, a_pooled_group("b"), a_pooled_group("c")])
    states = {"b": "Warmed:Terminating:Wait", "c": "Warmed:Stopped"}
    asked: list[str] = []

    def in_pool(group: Any) -> list[tuple[str, GroupMembership]]:
        name = group["AutoScalingGroupName"]
        asked.append(name)
        return [("i-1", GroupMembership(name, states[name]))]

    monkeypatch.setattr(asked_groups, "in_pool", in_pool)

    assert unsettled("abc", 0) == {"a", "b"}
    assert asked == ["b", "c"]


def test_of_many_warm_pools_each_gets_its_turn(aws: Stubs) -> None:
    names = [f"g{n:03}" for n in range(POOLS_AT_ONCE + 10)]
    held: set[str] = set()
    for minute in range(2):
        for some in (names[:50], names[50:]):
            described(aws, *some, found=[a_pooled_group(name) for name in some])
        first = minute * POOLS_AT_ONCE % len(names)
        for name in sorted([*names[first:], *names[:first]][:POOLS_AT_ONCE]):
            shows(aws, name, a_member("i-1", "Warmed:Terminating:Wait"))
        held |= unsettled(names, minute)

    assert held == {*names}
