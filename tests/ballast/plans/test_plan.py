"""What a plan says of itself."""

from __future__ import annotations

import pytest

from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, StartDraining
from ballast.plans.plan import Plan
from tests.builders import CLUSTER, a_disruption, a_voluntary


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
