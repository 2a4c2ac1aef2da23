"""What on-call reads about a rollout: severity, words, one incident that is told again as it moves on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast.records.command import CommandKind
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.words import rollout as say
from ballast.words.notice import Severity
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_command,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_rollout,
    an_update,
)
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import NOW, after


def counted(**changes: Any) -> Rollout:
    return a_rollout(**({"total": 10, "on_target": 4, "failed": 1, "excluded": 1} | changes))


FLEET = a_fleet(a_host(1), a_host(2), a_host(3, version=AFTER))
POLICY = a_policy_of_updates()
BACK = counted(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)
HALTED = counted(state=RolloutState.HALTED, halted_reason="the canary i-1 failed: it fell back")
DONE = counted(state=RolloutState.DONE, on_target=10, failed=0, excluded=0)
ROLLED_BACK = counted(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER)

PLANNED = say.planned(FLEET, counted(), POLICY, after(60), NOW)
WANTS_APPROVAL = say.planned(FLEET, counted(excluded=0), POLICY, None, NOW)
HALT = say.halted(FLEET, HALTED, NOW, page=True)
LEFT = say.done(FLEET, DONE, {"i-9": "it is opted out"}, NOW)

NOTICES: list[Row] = [
    (PLANNED, "BottlerocketRolloutPlanned", Severity.INFO, False),
    (WANTS_APPROVAL, "BottlerocketRolloutPlanned", Severity.TICKET, False),
    (say.started(FLEET, counted(), POLICY, NOW), "BottlerocketRolloutStarted", Severity.INFO, False),
    (say.progress(FLEET, counted(), FLEET.hosts[:1], after(8)), "BottlerocketRolloutProgress", Severity.INFO, False),
    (HALT, "BottlerocketRolloutHalted", Severity.PAGE, False),
    (say.halted(FLEET, HALTED, NOW, page=False), "BottlerocketRolloutHalted", Severity.TICKET, False),
    (
        say.resumed(FLEET, HALTED, a_command(CommandKind.RESUME), NOW),
        "BottlerocketRolloutResumed",
        Severity.INFO,
        True,
    ),
    (
        say.approved(FLEET, counted(), a_command(CommandKind.APPROVE), NOW),
        "BottlerocketRolloutApproved",
        Severity.INFO,
        False,
    ),
    (say.superseded(FLEET, counted(), "1.65.0", NOW), "BottlerocketRolloutSuperseded", Severity.INFO, True),
    (say.rolling_back(FLEET, HALTED, BACK, NOW), "BottlerocketRollback", Severity.TICKET, True),
    (say.done(FLEET, DONE, {}, NOW), "BottlerocketRolloutDone", Severity.INFO, True),
    (LEFT, "BottlerocketRolloutDone", Severity.INFO, True),
    (say.done(FLEET, ROLLED_BACK, {}, NOW), "BottlerocketRolledBack", Severity.TICKET, True),
    (
        say.refused(FLEET, a_command(CommandKind.HALT), "the rollout is done", NOW),
        "BottlerocketCommandRefused",
        Severity.TICKET,
        True,
    ),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)
    assert len(notice.links) == 1


def test_only_a_halt_that_nobody_asked_for_wakes_somebody() -> None:
    assert {notice.code for notice, *_ in NOTICES if notice.severity is Severity.PAGE} == {"BottlerocketRolloutHalted"}


def test_a_halt_says_why_what_runs_what_and_what_to_type() -> None:
    assert (
        HALT.what == f"The rollout of Bottlerocket {AFTER} to aws-ecs-2 x86_64 in prod is halted: 4 of 10 on {AFTER}."
    )
    assert HALT.why == "The canary i-1 failed: it fell back."
    assert f"Running: 2 on {BEFORE}, 1 on {AFTER}" in HALT.impact
    assert HALT.next == (
        "What is in flight ends or goes back. Then: "
        "`ballast resume --cluster prod --variant aws-ecs-2 --arch x86_64` or "
        "`ballast rollback --cluster prod --variant aws-ecs-2 --arch x86_64`."
    )


def test_all_of_one_rollout_is_one_incident_until_it_is_resumed() -> None:
    moving = [say.progress(FLEET, counted(told=told), (), NOW) for told in (1, 2)]

    assert {notice.incident for notice in (PLANNED, HALT, *moving)} == {
        "prod/rollout/aws-ecs-2/x86_64/1.64.0/20261123T090000Z"
    }
    assert [notice.repeat for notice in moving] == [1, 2]
    resumed = say.progress(FLEET, counted(resumed_at=after(30)), (), after(31))
    assert (resumed.incident, resumed.incident_started_at) == (
        "prod/rollout/aws-ecs-2/x86_64/1.64.0/20261123T093000Z",
        after(30),
    )


@pytest.mark.parametrize(
    ("due", "begins"),
    [
        (after(60), "It begins at 2026-11-23 10:00 UTC, inside the maintenance windows."),
        (
            None,
            "It begins once somebody approves it: `ballast approve --cluster prod --variant aws-ecs-2 --arch x86_64`.",
        ),
    ],
)
def test_a_planned_rollout_says_to_whom_when_and_in_which_steps(due: datetime | None, begins: str) -> None:
    planned = say.planned(FLEET, counted(), POLICY, due, NOW)

    assert planned.what == f"Bottlerocket {AFTER} is to be rolled out to 5 instances of aws-ecs-2 x86_64 in prod."
    assert planned.next == f"{begins} One canary, then 10 %, 30 %, 100 % (in-place)."
    assert planned.impact == "None yet. 1 instance is left as it is."


@pytest.mark.parametrize(
    ("rollout", "doing"),
    [
        (counted(), "canary."),
        (counted(wave=2), "wave 2."),
        (counted(wave_done_at=NOW), "canary is complete and bakes."),
        (counted(wave=1, wave_done_at=NOW), "wave 1 is complete and bakes."),
    ],
)
def test_progress_says_in_which_wave_it_is(rollout: Rollout, doing: str) -> None:
    assert say.progress(FLEET, rollout, (), NOW).what.endswith(doing)


def test_progress_names_those_that_drain_but_not_a_page_of_them() -> None:
    many = tuple(a_host(number) for number in range(1, 31))

    found = say.progress(FLEET, counted(wave=1), many, NOW)

    assert "wave 1: i-00000000000000001" in found.what
    assert len(found.what) < 300
    assert found.impact == "30 instances are out of service for it."


@pytest.mark.parametrize(("minutes", "ends"), [(40, "12:20"), (80, "13:40")])
def test_the_end_is_foreseen_at_the_pace_so_far_and_with_the_bakes_that_are_left(minutes: float, ends: str) -> None:
    assert say.progress(FLEET, counted(), (), after(minutes)).next == f"Done at about 2026-11-23 {ends} UTC."


@pytest.mark.parametrize(
    ("rollout", "minutes", "ends"),
    [
        (counted(wave=1), 100, "12:20"),  # an hour of it was the canary's bake: 10 min each, 4 left, two bakes of 30
        (counted(wave=3), 160, "12:20"),  # the last wave bakes no more
        (counted(wave=1, wave_done_at=after(100)), 110, "12:20"),  # 10 of 30 min of its bake are over
    ],
)
def test_a_bake_is_no_pace_and_only_those_that_are_left_are_waited_for(
    rollout: Rollout, minutes: float, ends: str
) -> None:
    assert say.progress(FLEET, rollout, (), after(minutes)).next == f"Done at about 2026-11-23 {ends} UTC."


def test_an_end_that_moves_back_is_told_with_a_word() -> None:
    late = say.progress(FLEET, counted(wave=3), (), after(160), after(60))

    assert late.next == (
        "Done at about 2026-11-23 12:20 UTC, not at 2026-11-23 10:00 UTC as foreseen: "
        "the last instances took longer, or waited."
    )
    assert (
        say.progress(FLEET, counted(wave=3), (), after(160), after(240)).next == "Done at about 2026-11-23 12:20 UTC."
    )


@pytest.mark.parametrize("changes", [{"on_target": 0}, {"started_at": None}])
def test_no_end_is_foreseen_where_there_is_no_pace_yet(changes: dict[str, Any]) -> None:
    assert say.progress(FLEET, counted(**changes), (), after(40)).next == "The next instances follow."


def test_the_end_is_never_foreseen_in_the_past() -> None:
    replaced = counted(total=10, on_target=10, failed=2, excluded=0)

    assert say.progress(FLEET, replaced, (), NOW + timedelta(days=10)).next == "Done at about 2026-12-03 09:00 UTC."


def test_the_end_names_each_failed_and_each_left_instance_with_its_reason() -> None:
    failed = an_update(5, stage=Stage.FAILED, harmed=True, why="it fell back")
    fleet = a_fleet(a_host(5, update=failed), lost=(an_update(6, stage=Stage.FAILED, harmed=True, why="it was lost"),))

    found = say.done(fleet, DONE, {"i-9": "it is opted out"}, NOW)

    assert found.why == (
        f"{failed.instance_id} failed: it fell back; i-00000000000000006 failed: it was lost; i-9: it is opted out."
    )
    assert found.severity is Severity.TICKET
    assert LEFT.severity is Severity.INFO


@pytest.mark.parametrize(("failed_at", "severity"), [(-5, Severity.INFO), (5, Severity.TICKET)])
@pytest.mark.parametrize("ended", [DONE, ROLLED_BACK])
def test_what_goes_on_after_its_end_asks_for_nobody_when_it_ends_again_but_for_a_new_failure(
    ended: Rollout, failed_at: int, severity: Severity
) -> None:
    failed = an_update(5, rollout=ended.id, stage=Stage.FAILED, why="it fell back", since=after(failed_at))
    again = replace(ended, reopened_at=NOW + timedelta(minutes=1))

    assert say.done(a_fleet(a_host(5, update=failed)), again, {}, after(10)).severity is severity
    assert say.done(FLEET, again, {}, after(10)).incident != say.done(FLEET, ended, {}, NOW).incident


@pytest.mark.parametrize(
    ("reason", "why"),
    [(None, "jo (unverified) said resume."), ("logs are fine", "jo (unverified) said resume: logs are fine.")],
)
def test_what_an_operator_said_is_quoted(reason: str | None, why: str) -> None:
    assert say.resumed(FLEET, HALTED, a_command(CommandKind.RESUME, reason=reason), NOW).why == why


def test_a_refusal_is_no_part_of_the_rollouts_incident_and_says_that_nothing_was_changed() -> None:
    found = say.refused(FLEET, a_command(CommandKind.HALT), "the rollout is done", NOW)

    assert found.incident != HALT.incident
    assert (found.why, found.impact) == ("jo (unverified) said halt. But the rollout is done.", "Nothing was changed.")


def test_two_refusals_of_two_commands_are_two_incidents() -> None:
    refusals = [say.refused(FLEET, a_command(kind), "x", NOW).incident for kind in CommandKind]

    assert len(set(refusals)) == len(CommandKind)
