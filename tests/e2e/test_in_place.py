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
    alone.eventually("it is gone", lambda: alone.states([held])[held] == "terminated")
    let_go = [c for c in alone.calls("CompleteLifecycleAction", "DrainInstance") if held in str(c.params)]
    again = [c for c in alone.calls("UpdateContainerInstancesState") if c.params["cluster"].endswith(CLUSTER)]
    assert ([c.outcome for c in let_go], under_way.drained, again) == (["ok"], 1, [])
    alone.eventually("nothing of it is open", lambda: open_items(alone, held) == [], 90)


def open_items(alone: Account, instance: str) -> list[str]:
    """What the ledger has of it that was not seen to its end."""
    drains = [item for item in alone.items() if item["item"]["S"] == f"drain#{instance}"]
    return [item["phase"]["S"] for item in drains if item["phase"]["S"] != "drained"]
