"""Which writes of the ledger count as which metric."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ballast.records.disruption import Disruption, Phase
from ballast.records.kept import Kept
from ballast.shell.perform import measure
from tests.builders import a_disruption, a_watch

CLAIMED, DRAINING = a_disruption(phase=Phase.CLAIMED), a_disruption()


def moved(phase: Phase, **changes: Any) -> Disruption:
    return a_disruption(phase=phase, **changes)


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        (CLAIMED, DRAINING, {"DrainsStarted": 1}),
        (DRAINING, moved(Phase.DRAINED), {"DrainsFinished": 1, "TasksMoved": 2}),
        (moved(Phase.DRAINING, tasks_at_start=0), moved(Phase.DRAINED), {"DrainsFinished": 1}),
        (DRAINING, moved(Phase.ESCALATED), {"DrainsTimedOut": 1}),
        (moved(Phase.FORCING), moved(Phase.FORCED), {"DrainsTimedOut": 1}),
        (moved(Phase.ROLLING_BACK), moved(Phase.WAITING), {"DrainsTimedOut": 1}),
        (DRAINING, moved(Phase.FORCING), {}),
        (DRAINING, moved(Phase.DRAINING, revision=3), {}),
        (CLAIMED, moved(Phase.CLAIMED, revision=3), {}),
        (moved(Phase.DRAINED), moved(Phase.DRAINED, revision=3), {}),
        (moved(Phase.FORCED), moved(Phase.FORCED, revision=3), {}),
        (None, CLAIMED, {}),
        (DRAINING, None, {}),
        (a_watch(), a_watch(told=True), {}),
    ],
)
def test_a_step_of_a_disruption_is_counted_once(
    before: Kept | None, after: Kept | None, counted: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    measure(before, after)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {
        name: line[name][0]
        for line in lines
        for name in ("DrainsStarted", "DrainsFinished", "DrainsTimedOut", "TasksMoved")
        if name in line
    }
    assert found == counted
    assert all((line["cluster"], line["reason"]) == ("prod", "spot_interruption") for line in lines)
