"""The invariant of standstills can fail."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.invariants.standstill import ROLLOUT_MOVED, STANDS, every_standstill_is_explained
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import Forbidden, said_of_a_good_world, sentences, tell


def moved_once(explained_at: float | None = None, **changes: Any) -> Forbidden:
    """A rollout moves in the first minute, and never again."""

    def act(stage: Stage) -> None:
        stage.world.note(ROLLOUT_MOVED, rollout="prod/aws-ecs-2/x86_64", **{"moves": True, "bakes_s": 0.0, **changes})
        if explained_at is not None:
            stage.at(explained_at, lambda: tell(stage, code=STANDS, what="It has not moved."))

    return act


@pytest.mark.parametrize("explained_at", [None, 31])
def test_a_rollout_that_nobody_hears_of_for_half_an_hour_is_missed(explained_at: float | None) -> None:
    assert len(sentences(every_standstill_is_explained, moved_once(explained_at), minutes=33)) == 1
    assert said_of_a_good_world() == []


@pytest.mark.parametrize("quiet", [moved_once(29), moved_once(moves=False), moved_once(bakes_s=3600.0)])
def test_what_is_explained_or_does_not_move_or_bakes_is_none(quiet: Forbidden) -> None:
    assert sentences(every_standstill_is_explained, quiet, minutes=33) == []
