"""What a rollout remembers when it halts."""

from __future__ import annotations

from ballast.records.rollout import RolloutState
from ballast.update.halt import halted
from tests.ballast.update.rollouts import AFTER, a_fleet, a_host, a_rollout
from tests.builders import NOW, after


def test_who_runs_the_target_is_remembered_and_launch_templates_are_looked_at_again() -> None:
    moving = a_rollout(groups_seen_at=NOW, drift_told=("web",), unwell_since=NOW)

    fleet = a_fleet(a_host(2, version=AFTER), a_host(1, version=AFTER), a_host(3))
    known = halted(fleet, moving, "the canary failed", NOW)

    assert (known.state, known.halted_reason) == (RolloutState.HALTED, "the canary failed")
    assert known.bad_told == ("i-00000000000000001", "i-00000000000000002")
    assert (known.groups_seen_at, known.drift_told, known.unwell_since) == (None, (), None)


def test_where_nobody_runs_it_yet_nobody_is_remembered() -> None:
    assert halted(a_fleet(a_host(1)), a_rollout(), "x", NOW).bad_told is None


def test_what_is_halted_after_its_end_is_a_new_incident() -> None:
    """Its target was recalled, and what was told of it is closed."""
    over, moving = a_rollout(state=RolloutState.DONE, ended_at=NOW), a_rollout()

    assert halted(a_fleet(), over, "it was recalled", after(1)).told_since == after(1)
    assert halted(a_fleet(), moving, "it was recalled", after(1)).incident == moving.incident
