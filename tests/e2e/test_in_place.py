"""The stack of the version before is updated in place while an instance drains."""

from __future__ import annotations

import pytest

from tests.e2e.before import CLUSTER
from tests.e2e.looking import Account


def test_a_drain_that_the_version_before_began_is_ended_by_the_one_that_replaced_it(alone: Account) -> None:
    under_way = alone.under_way
    if under_way is None:
        pytest.skip(f"The version before is not here: {alone.why_not_before}.")
    held = under_way.instance
    assert (alone.lifecycle(held), alone.hosts(CLUSTER)[held]) == ("Terminating:Wait", "DRAINING")
    assert [i for i in alone.items() if held in i["item"]["S"]] != []

    with alone.world() as world:
        world.stop_task(under_way.task)
    alone.eventually("it may go", lambda: alone.lifecycle(held) != "Terminating:Wait", 120)
    alone.eventually("the call is recorded", lambda: let_go(alone, held))
    assert (let_go(alone, held), under_way.drained) == (["ok"], 1)


def let_go(alone: Account, instance: str) -> list[str]:
    calls = alone.calls("CompleteLifecycleAction", "DrainInstance")
    return [call.outcome for call in calls if instance in str(call.params)]
