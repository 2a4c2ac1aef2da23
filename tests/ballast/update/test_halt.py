"""What a rollout remembers when it halts."""

from __future__ import annotations

from ballast.records.rollout import RolloutState
from ballast.update.halt import halted
from tests.ballast.update.rollouts import AFTER, a_fleet, a_host, a_rollout
from tests.builders import NOW


def test_who_runs_the_target_is_remembered_and_launch_templates_are_looked_at_again() -> None:
    moving = a_rollout(groups_seen_at=NOW, drift_told=("web",), unwell_since=NOW)

    known = halted(a_fleet(a_host(2, version=AFTER), a_host(1, version=AFTER), a_host(3)), moving, "the canary failed")

    assert (known.state, known.halted_reason) == (RolloutState.HALTED, "the canary failed")
    assert known.bad_told == ("i-00000000000000001", "i-00000000000000002")
    assert (known.groups_seen_at, known.drift_told, known.unwell_since) == (None, (), None)


def test_where_nobody_runs_it_yet_nobody_is_remembered() -> None:
    assert halted(a_fleet(a_host(1)), a_rollout(), "x").bad_told is None
