"""Groups that cannot be asked cost no other its answer."""

from __future__ import annotations

from typing import Any

from ballast.aws.asked_groups import NO_SUCH_GROUP, ask_groups, each_group, unsettled
from ballast.errors import CallFailedError, UnavailableError
from tests.aws_stubs import Stubs
from tests.ballast.aws.test_autoscaling import a_group, a_member


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

    assert unsettled(names) == {"g55", "g57"}
