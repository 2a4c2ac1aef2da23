"""What an operator says, and what it does to a rollout that waits, moves, or is over."""

from __future__ import annotations

import pytest

from ballast.facts.fleet import Fleet
from ballast.records.command import CommandKind
from ballast.records.fingerprint import of_rollout
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.update.rollout.obey import plan_command, rolled_back
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_command,
    a_fleet,
    a_host,
    a_release,
    a_rollout,
    an_update,
    kept,
    told,
)
from tests.builders import NOW, after

WAITING = a_rollout(state=RolloutState.WAITING, started_at=None)


def obey(kind: CommandKind, rollout: Rollout, fleet: Fleet | None = None, **command: str | None) -> Rollout:
    return kept(plan_command(fleet or a_fleet(), rollout, a_command(kind, **command), after(5)))  # type: ignore[no-any-return]


def refusal(kind: CommandKind, rollout: Rollout, fleet: Fleet, **command: str | None) -> str:
    found = plan_command(fleet, rollout, a_command(kind, **command), after(5))
    assert told(found) == ["BottlerocketCommandRefused"]
    assert len(found.actions) == 1
    return found.reason


@pytest.mark.parametrize(
    ("reason", "words"), [(None, "jo (unverified) halted it"), ("odd logs", "jo (unverified) halted it: odd logs")]
)
def test_a_halt_by_hand_says_who_and_why_and_wakes_nobody(reason: str | None, words: str) -> None:
    command = a_command(CommandKind.HALT, reason=reason)

    found = plan_command(a_fleet(), a_rollout(), command, after(5))

    assert kept(found).halted_reason == words
    assert [action.notice.severity for action in found.actions if hasattr(action, "notice")] == ["ticket"]


def test_what_is_resumed_forgets_its_reason_and_its_earlier_failures() -> None:
    again = obey(CommandKind.RESUME, a_rollout(state=RolloutState.HALTED, halted_reason="x"))

    assert (again.state, again.halted_reason, again.resumed_at) == (RolloutState.RUNNING, None, after(5))


def test_a_rollback_begins_with_a_canary_and_without_what_was_done_to_groups() -> None:
    rollout = a_rollout(wave=2, wave_done_at=NOW, groups_done=("web",), drift_told=("web",), ended_at=NOW)

    back = rolled_back(a_fleet(), rollout, None, after(5))

    assert (back.wave, back.wave_done_at, back.groups_done, back.drift_told, back.ended_at) == (0, None, (), (), None)
    assert (back.target, back.bad_version, back.state) == (BEFORE, AFTER, RolloutState.ROLLING_BACK)


def test_a_rollback_goes_to_what_the_others_run_where_no_updated_instance_is_left() -> None:
    fleet = a_fleet(a_host(1, version="1.61.0"), a_host(2, version="1.61.0"), a_host(3, version=BEFORE))

    assert rolled_back(fleet, a_rollout(), None, after(5)).target == "1.61.0"


def test_a_rollback_goes_to_the_release_before_where_every_instance_was_launched_with_the_new_one() -> None:
    assert rolled_back(a_fleet(a_host(version=AFTER)), a_rollout(), None, after(5)).target == BEFORE


@pytest.mark.parametrize("release", [None, a_release(previous_version=None)])
def test_a_rollback_to_nobody_knows_where_is_refused_until_a_version_is_named(release: None) -> None:
    fleet = a_fleet(a_host(version=AFTER), release=release)

    assert "nobody knows what ran before" in refusal(CommandKind.ROLLBACK, a_rollout(), fleet)
    assert obey(CommandKind.ROLLBACK, a_rollout(), fleet, version=BEFORE).target == BEFORE


def test_a_rollback_of_a_rollout_that_is_done_needs_somebody_who_runs_the_target() -> None:
    done = a_rollout(state=RolloutState.DONE, ended_at=NOW)
    returning = a_fleet(a_host(update=an_update(stage=Stage.RETURNING)))

    assert "nothing to roll back" in refusal(CommandKind.ROLLBACK, done, a_fleet(a_host()))
    assert obey(CommandKind.ROLLBACK, done, returning).state is RolloutState.ROLLING_BACK


def test_an_approval_may_name_the_version_that_waits() -> None:
    approved = obey(CommandKind.APPROVE, WAITING, version=AFTER)

    assert (approved.approved_at, approved.approved_by, approved.state) == (
        after(5),
        "jo (unverified)",
        RolloutState.WAITING,
    )


def test_saying_a_thing_twice_changes_nothing() -> None:
    halted = obey(CommandKind.HALT, a_rollout())

    assert refusal(CommandKind.HALT, halted, a_fleet()) == "refused: the rollout is halted"


def test_a_rollout_that_was_halted_before_its_approval_still_waits_for_it_once_it_is_resumed() -> None:
    again = obey(CommandKind.RESUME, obey(CommandKind.HALT, WAITING))

    assert again.state is RolloutState.WAITING


def test_who_halted_and_who_rolled_back_are_both_named() -> None:
    halted = obey(CommandKind.HALT, a_rollout(), reason="errors", by="ann")
    fleet = a_fleet(a_host(version=AFTER))

    found = plan_command(fleet, halted, a_command(CommandKind.ROLLBACK, by="bob", reason="it leaks"), after(5))

    [notice] = [action.notice for action in found.actions if hasattr(action, "notice")]
    assert notice.why == "ann (unverified) halted it: errors. bob (unverified) rolled it back: it leaks."
    assert (kept(found).halted_reason, kept(found).rolled_back_by) == (
        "ann (unverified) halted it: errors",
        "bob (unverified) rolled it back: it leaks",
    )


def test_a_rollback_by_policy_names_no_person() -> None:
    halted = a_rollout(state=RolloutState.HALTED, halted_reason="x", rolled_back_by="bob rolled it back")

    assert rolled_back(a_fleet(), halted, None, after(5)).rolled_back_by is None


@pytest.mark.parametrize("kind", [CommandKind.HALT, CommandKind.ROLLBACK])
def test_a_command_heard_twice_is_obeyed_once_and_not_refused(kind: CommandKind) -> None:
    fleet = a_fleet(a_host(version=AFTER))
    after_it = obey(kind, a_rollout(), fleet, id="c-1")

    again = plan_command(fleet, after_it, a_command(kind, id="c-1"), after(6))

    assert again.actions == ()
    assert again.reason.startswith(f"the rollout of {after_it.target} to aws-ecs-2 x86_64 in prod is ")


@pytest.mark.parametrize("kind", CommandKind)
@pytest.mark.parametrize("state", [RolloutState.WAITING, RolloutState.RUNNING, RolloutState.HALTED])
def test_what_was_said_earlier_changes_no_rollout_that_somebody_spoke_of_since(
    kind: CommandKind, state: RolloutState
) -> None:
    """A resume that died behind its record, and came again, took away the halt that somebody had said meanwhile."""
    rollout = a_rollout(state=state, said="c-2", said_at=after(3))

    assert refusal(kind, rollout, a_fleet(), id="c-1") == "refused: what was said later, at 09:03:00 UTC, stands"


def test_a_rollout_keeps_when_the_command_was_said_that_it_obeyed_last() -> None:
    """As of its own time, but never of one to come, which would hold up what people say until then."""
    command = a_command(CommandKind.HALT, id="c-1")
    halted, ahead = (kept(plan_command(a_fleet(), a_rollout(), command, after(at))) for at in (5, -1))

    assert (halted.said_at, ahead.said_at) == (command.at, after(-1))
    resumed = obey(CommandKind.RESUME, halted, id="c-2")
    assert resumed.state is RolloutState.RUNNING


@pytest.mark.parametrize("kind", [CommandKind.APPROVE, CommandKind.HALT, CommandKind.RESUME, CommandKind.ROLLBACK])
def test_what_was_meant_for_another_plan_is_refused(kind: CommandKind) -> None:
    state = {CommandKind.APPROVE: RolloutState.WAITING, CommandKind.RESUME: RolloutState.HALTED}
    rollout = a_rollout(state=state.get(kind, RolloutState.RUNNING))

    fleet = a_fleet(a_host(1, version=AFTER))
    version = BEFORE if kind is CommandKind.ROLLBACK else None

    why = refusal(kind, rollout, fleet, plan="0" * 16, version=version)
    assert why == "refused: the rollout is another by now than the one that was shown"
    assert obey(kind, rollout, fleet, plan=of_rollout(rollout), version=version).revision == rollout.revision + 1
