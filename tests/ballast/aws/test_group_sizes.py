"""A group gets more or one less only while it is as it was planned for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ballast.aws import group_sizes
from ballast.errors import CallFailedError, LostRaceError
from tests.aws_stubs import Stubs, stubbed
from tests.ballast.aws.launches import group_is

INSTANCE = "i-0123456789abcdef0"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs


def group_wants(aws: Stubs, desired: int, *members: str) -> None:
    """`members`: lifecycle states, the first that of INSTANCE."""
    raw = [
        {"InstanceId": INSTANCE if n == 0 else f"i-{n:017}", "AvailabilityZone": "a", "LifecycleState": state,
         "HealthStatus": "HEALTHY", "ProtectedFromScaleIn": False}
        for n, state in enumerate(members)
    ]  # fmt: skip
    group_is(aws, DesiredCapacity=desired, MaxSize=9, Instances=raw)


def is_set(aws: Stubs, desired: int) -> None:
    asked = {"AutoScalingGroupName": "web", "DesiredCapacity": desired, "HonorCooldown": False}
    aws.answers("autoscaling", "set_desired_capacity", asked, {})


def test_a_group_that_wants_what_it_wanted_is_raised(aws: Stubs) -> None:
    group_wants(aws, 3)
    is_set(aws, 5)

    group_sizes.raise_desired("web", 3, 2)


@pytest.mark.parametrize("desired", [2, 4, 9])
def test_a_group_that_wants_another_number_by_now_is_left_alone(aws: Stubs, desired: int) -> None:
    group_wants(aws, desired)

    with pytest.raises(LostRaceError, match=f"wants {desired} by now"):
        group_sizes.raise_desired("web", 3, 2)


def test_a_group_that_is_no_more_is_a_race_lost(aws: Stubs) -> None:
    aws.answers(
        "autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroupNames": ["web"]}, {"AutoScalingGroups": []}
    )

    with pytest.raises(LostRaceError, match="no Auto Scaling group web"):
        group_sizes.raise_desired("web", 3, 2)


def test_a_group_is_set_back_to_what_it_has_and_never_below(aws: Stubs) -> None:
    group_wants(aws, 5, "InService", "Pending")
    is_set(aws, 2)
    group_sizes.lower_desired("web", 2)

    group_wants(aws, 2, "InService")
    group_sizes.lower_desired("web", 2)  # already

    group_wants(aws, 5, "InService", "InService", "Pending")
    with pytest.raises(LostRaceError, match="has more than 2"):
        group_sizes.lower_desired("web", 2)


TERMINATED = {"InstanceId": INSTANCE, "ShouldDecrementDesiredCapacity": True}
REPLACED = TERMINATED | {"ShouldDecrementDesiredCapacity": False}


def test_an_instance_goes_with_what_its_group_wants(aws: Stubs) -> None:
    group_wants(aws, 2, "InService", "InService")
    aws.stub("autoscaling").add_response("terminate_instance_in_auto_scaling_group", {}, TERMINATED)

    group_sizes.terminate_and_lower("web", INSTANCE, 1)


@pytest.mark.parametrize("states", [["Terminating:Wait"], []])
def test_one_that_goes_already_is_not_lowered_for_again(aws: Stubs, states: list[str]) -> None:
    group_wants(aws, 1, *states)

    group_sizes.terminate_and_lower("web", INSTANCE, 1)


@pytest.mark.parametrize("desired", [1, 3])
def test_a_group_that_somebody_resized_meanwhile_keeps_it_for_now(aws: Stubs, desired: int) -> None:
    group_wants(aws, desired, "InService", "InService")

    with pytest.raises(LostRaceError, match=f"wants {desired} by now, not 2"):
        group_sizes.terminate_and_lower("web", INSTANCE, 1)


def test_one_that_went_meanwhile_is_a_race_lost_and_a_refusal_is_an_error(aws: Stubs) -> None:
    for after, error in (("Terminating", LostRaceError), ("InService", CallFailedError)):
        group_wants(aws, 2, "InService", "InService")
        aws.refuses("autoscaling", "terminate_instance_in_auto_scaling_group", "ValidationError", TERMINATED)
        group_wants(aws, 1, after, "InService")

        with pytest.raises(error):
            group_sizes.terminate_and_lower("web", INSTANCE, 1)


@pytest.mark.parametrize("desired", [1, 3])
def test_one_that_goes_anyway_is_replaced_where_somebody_has_resized_its_group(aws: Stubs, desired: int) -> None:
    group_wants(aws, desired, "InService", "InService")
    aws.answers("autoscaling", "terminate_instance_in_auto_scaling_group", REPLACED, {})

    group_sizes.terminate_and_lower("web", INSTANCE, 1, goes_anyway=True)


def test_one_that_goes_anyway_is_replaced_where_its_group_may_not_want_less(aws: Stubs) -> None:
    group_wants(aws, 2, "InService", "InService")
    aws.refuses("autoscaling", "terminate_instance_in_auto_scaling_group", "ValidationError", TERMINATED)
    group_wants(aws, 2, "InService", "InService")
    aws.answers("autoscaling", "terminate_instance_in_auto_scaling_group", REPLACED, {})

    group_sizes.terminate_and_lower("web", INSTANCE, 1, goes_anyway=True)
