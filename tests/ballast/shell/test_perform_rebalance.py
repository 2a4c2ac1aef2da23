"""What a call did not bring is gathered for the next one; what says nothing about the pool is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ballast.aws.ledger import Ledger
from ballast.plans.capacity_actions import RaiseDesired
from ballast.plans.plan import Plan
from ballast.plans.rebalance_actions import LaunchInstances
from ballast.rebalance.launching import Refused
from ballast.shell.execute import Executor, Result
from ballast.shell.perform_rebalance import rebalance_performers
from tests.aws_stubs import Stubs, stubbed
from tests.ballast.aws.launches import group_is

RAISE = RaiseDesired("web", 3, 2)
LAUNCH = LaunchInstances("web", 3, 2, "a", "a-token")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs


def execute(action: Any, refused: list[Refused]) -> Result:
    return Executor(rebalance_performers(Ledger("ledger"), refused), dry_run=False).execute([Plan("", (action,))])


def launch_answers(aws: Stubs, launched: int, *codes: str) -> None:
    group_is(aws, DesiredCapacity=3, MaxSize=9, Instances=[])
    came = [{"InstanceIds": [f"i-{n}" for n in range(launched)]}] if launched else []
    errors = [{"ErrorCode": code, "InstanceType": "m7i.large", "AvailabilityZone": "a"} for code in codes]
    aws.stub("autoscaling").add_response("launch_instances", {"Instances": came, "Errors": errors})
    if launched:
        group_is(aws, DesiredCapacity=3 + launched, MaxSize=9, Instances=[])


@pytest.mark.parametrize(("code", "kept"), [("ValidationError", ["ValidationError"]), ("Throttling", [])])
def test_a_group_that_is_not_raised_has_refused_unless_aws_was_only_busy(
    aws: Stubs, code: str, kept: list[str]
) -> None:
    group_is(aws, DesiredCapacity=3, MaxSize=9, Instances=[])
    aws.refuses("autoscaling", "set_desired_capacity", code)
    refused: list[Refused] = []

    assert execute(RAISE, refused).failed == {0}
    assert [failure.code for each in refused for failure in each.failures] == kept


def test_what_came_in_part_is_no_failure_and_the_rest_is_gathered(aws: Stubs) -> None:
    launch_answers(aws, 1, "InsufficientInstanceCapacity")
    refused: list[Refused] = []

    assert execute(LAUNCH, refused) == Result()
    [one] = refused
    assert (one.group, one.zone, one.got) == ("web", "a", 1)
    assert [(f.code, f.instance_type, f.zone) for f in one.failures] == [
        ("InsufficientInstanceCapacity", "m7i.large", "a")
    ]


@pytest.mark.parametrize("codes", [("UnfulfillableCapacity",), ()])
def test_where_nothing_came_the_call_has_failed_whatever_it_says(aws: Stubs, codes: tuple[str, ...]) -> None:
    launch_answers(aws, 0, *codes)
    refused: list[Refused] = []

    assert execute(LAUNCH, refused).failed == {0}
    assert [failure.code for each in refused for failure in each.failures] == [*codes] or [""]


def test_where_all_came_nothing_is_gathered(aws: Stubs) -> None:
    launch_answers(aws, 2)
    refused: list[Refused] = []

    assert (execute(LAUNCH, refused), refused) == (Result(), [])
