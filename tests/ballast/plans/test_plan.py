"""What a plan says of itself, and that one voluntary disruption begins a round."""

from __future__ import annotations

import pytest

from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, StartDraining
from ballast.plans.plan import Plan, plan_each
from tests.builders import CLUSTER, a_disruption, a_voluntary

FREE = Plan("forced", (Claim(a_disruption()),))
VOLUNTARY = Plan("there is room", (Claim(a_voluntary(), budget=2),))


@pytest.mark.parametrize(
    ("action", "takes"),
    [
        (Claim(a_voluntary(), budget=2), True),
        (Claim(a_disruption()), False),
        (Record(None, a_voluntary()), False),
        (StartDraining(CLUSTER, "arn"), False),
    ],
)
def test_only_a_claim_that_is_held_against_the_budget_takes_it(action: Action, takes: bool) -> None:  # noqa: FBT001 - a table
    assert Plan("why", (StartDraining(CLUSTER, "arn"), action)).takes_budget is takes


def test_once_a_plan_takes_budget_no_later_one_may_begin() -> None:
    asked: list[tuple[str, bool]] = []
    plans = {"a": FREE, "b": VOLUNTARY, "c": FREE, "d": VOLUNTARY}

    def plan(name: str, may_begin: bool) -> Plan:  # noqa: FBT001 - as plan_each calls it
        asked.append((name, may_begin))
        return plans[name]

    assert plan_each(plans, plan) == list(plans.values())
    assert asked == [("a", True), ("b", True), ("c", False), ("d", False)]
