"""What on-call reads when a drain does not end as it should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.drain.blockers import Blocker
from ballast.facts.group import GroupMembership
from ballast.records.disruption import Phase, Reason
from ballast.words import outcomes as say_how
from ballast.words.notice import Severity
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import (
    NOW,
    a_brake,
    a_cluster,
    a_disruption,
    a_draining_view,
    a_policy,
    a_scale_in,
    a_voluntary,
    after,
)

VIEW = a_draining_view()
WHY = (Blocker("service:api: a task is RUNNING", "Stop the task, if it may end now."),)
PAUSED = a_draining_view(cluster=a_cluster(a_policy(brake=a_brake())))
STRANGE = a_draining_view(stranger="theirs")
CUT_OFF = a_disruption(cut_off=("service api, task 1",))

NOTICES: list[Row] = [
    (say_how.tasks_cut_off(VIEW, CUT_OFF, NOW), "TasksCutOff", Severity.TICKET, False),
    (say_how.drain_stuck(VIEW, a_disruption(), WHY, NOW), "DrainStuck", Severity.PAGE, False),
    (say_how.drain_forced(VIEW, a_disruption(), 1, WHY, NOW), "DrainForced", Severity.TICKET, False),
    (say_how.drain_rolled_back(VIEW, a_voluntary(), WHY, NOW), "DrainRolledBack", Severity.TICKET, False),
    (say_how.drain_set_back(PAUSED, a_voluntary(), NOW), "DrainRolledBack", Severity.INFO, False),
    (say_how.drained_outside_group(VIEW, a_voluntary(), NOW), "DrainedOutsideGroup", Severity.TICKET, False),
    (say_how.instance_survived(VIEW, a_disruption(), NOW), "InstanceSurvived", Severity.INFO, True),
    (say_how.instance_stopped(VIEW, a_disruption(), NOW), "InstanceStopped", Severity.TICKET, True),
    (say_how.held_for_stranger(STRANGE, a_scale_in(), NOW), "HeldForStranger", Severity.TICKET, False),
    (say_how.instance_left(VIEW, a_disruption(), NOW), "InstanceLeft", Severity.INFO, True),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)


def test_the_same_notice_said_twice_has_the_same_id() -> None:
    first = say_how.drain_stuck(VIEW, a_disruption(), WHY, NOW)
    second = say_how.drain_stuck(VIEW, replace(a_disruption(), revision=9), WHY, after(1))

    assert first.id == second.id


def test_a_page_names_five_blockers_and_counts_the_rest() -> None:
    lines = tuple(f"service:s{n}: a task is RUNNING" for n in range(8))
    why = tuple(Blocker(line, f"Stop task {number}.") for number, line in enumerate(lines))

    assert (
        say_how.drain_stuck(VIEW, a_disruption(), why, NOW).why == f"What holds it: {'; '.join(lines[:5])}; and 3 more."
    )


def test_a_page_without_blockers_says_so() -> None:
    assert "unknown: its tasks could not be read" in say_how.drain_stuck(VIEW, a_disruption(), (), NOW).why
    assert say_how.drain_stuck(VIEW, a_disruption(), (), NOW).next.startswith("Look what runs there")
    assert say_how.drain_stuck(VIEW, a_disruption(), WHY, NOW).next.startswith("Stop the task, if it may end now.")
    assert "unknown: its tasks could not be read" in say_how.drain_rolled_back(VIEW, a_voluntary(), (), NOW).why
    assert "nothing any more" in say_how.drain_forced(VIEW, a_disruption(), 0, (), NOW).why


def test_a_page_of_a_drain_without_hook_and_date_promises_nothing() -> None:
    page = say_how.drain_stuck(VIEW, a_voluntary(goes_at=None, reason=Reason.REBALANCE_RECOMMENDATION), WHY, NOW)

    assert page.next.endswith("once i-0123456789abcdef0 is empty.")


def test_a_rollback_without_a_date_is_the_end_of_it() -> None:
    notice = say_how.drain_rolled_back(VIEW, a_voluntary(goes_at=None), WHY, NOW)

    assert notice.closes_incident
    assert notice.next == "Ballast does not try again on its own."


def test_one_that_was_given_back_is_looked_at_again_by_itself() -> None:
    drain = a_voluntary(goes_at=None, reason=Reason.REBALANCING)

    assert say_how.drain_rolled_back(VIEW, drain, WHY, NOW).next.endswith("with all others, after a rest.")
    assert say_how.drain_set_back(PAUSED, drain, NOW).next.endswith("with all others, after the pause.")


def test_a_move_that_was_undone_is_not_told_as_one_that_a_pause_has_set_back() -> None:
    undone = say_how.drain_set_back(VIEW, a_voluntary(goes_at=None, reason=Reason.REBALANCING), NOW)

    assert "pause" not in f"{undone.why} {undone.next}"
    assert say_how.drain_set_back(VIEW, a_voluntary(), NOW).why == "Ballast was paused."


def test_a_drained_instance_outside_a_group_has_its_date_if_there_is_one() -> None:
    assert "AWS takes it at 2026-12-03" in say_how.drained_outside_group(VIEW, a_voluntary(), NOW).why
    assert "AWS takes it" not in say_how.drained_outside_group(VIEW, a_voluntary(goes_at=None), NOW).why


@pytest.mark.parametrize(
    ("passed", "words"), [(0, "0 s"), (1.9, "114 s"), (2, "2 min"), (119, "119 min"), (120, "2.0 h"), (-5, "0 s")]
)
def test_times_are_said_in_the_unit_that_fits(passed: float, words: str) -> None:
    assert say_how.instance_left(VIEW, a_disruption(), after(passed)).what.startswith(
        f"i-0123456789abcdef0 left the cluster {words} after"
    )


def test_a_survivor_that_somebody_else_drains_is_not_called_active() -> None:
    assert say_how.instance_survived(VIEW, a_disruption(foreign=True), NOW).impact == "None: somebody else drains it."
    assert say_how.instance_survived(VIEW, a_disruption(), NOW).impact == "None: it is ACTIVE again."
    assert say_how.instance_survived(VIEW, a_scale_in(emptied_at=NOW), NOW).impact == "None: it is ACTIVE again."


@pytest.mark.parametrize(
    ("reason", "when"),
    [
        (Reason.ROOT_VOLUME, "its root volume was replaced: what still ran there ended. Now it is ACTIVE again."),
        (
            Reason.SCHEDULED_CHANGE,
            "its group let it go on: what still ran there may have ended. Now it is ACTIVE again.",
        ),
        (Reason.LIFECYCLE_HOOK, "its group let it go on: what still ran there may have ended. Now it is ACTIVE again."),
    ],
)
def test_a_survivor_that_nobody_saw_empty_is_not_said_to_have_lost_nothing(reason: Reason, when: str) -> None:
    survived = say_how.instance_survived(VIEW, a_scale_in(reason=reason), NOW)

    assert survived.why == "Its group did not terminate it."
    assert survived.impact == f"It was not known to be empty when {when}"


def test_a_drain_that_a_pause_gives_up_says_whose_pause_and_that_it_tries_again_before_its_date() -> None:
    dated = say_how.drain_set_back(PAUSED, a_voluntary(), NOW)
    undated = say_how.drain_set_back(PAUSED, a_voluntary(goes_at=None), NOW)

    assert "release day" in dated.why
    assert dated.next == "Ballast tries again after the pause, before 2026-12-03 09:00 UTC."
    assert undated.next == "Ballast does not try again on its own."
    assert undated.closes_incident


def test_a_stopped_instance_that_a_warm_pool_keeps_is_no_ticket() -> None:
    kept = a_draining_view(membership=GroupMembership("web", "Warmed:Stopped"))

    assert say_how.instance_stopped(kept, a_disruption(), NOW).severity is Severity.INFO


def test_one_in_standby_is_replaced_once_its_standby_ends() -> None:
    aside = a_draining_view(membership=GroupMembership("web", "Standby"))

    told = say_how.drained_outside_group(aside, a_voluntary(goes_at=None), NOW)

    assert told.why == "It is Standby in web, which replaces only what is in service."
    assert "end its standby" in told.next


def test_what_a_hook_held_as_long_as_it_could_is_not_told_as_a_surprise() -> None:
    overran = replace(a_scale_in(), overran=Phase.ESCALATED, cut_off=("x",))
    unwarned = a_disruption(reason=Reason.INSTANCE_STOPPING, cut_off=("x",))

    assert say_how.tasks_cut_off(VIEW, overran, NOW).why.startswith("Its lifecycle hook held it as long as it could")
    assert "without a warning" in say_how.tasks_cut_off(VIEW, unwarned, NOW).why
    assert say_how.tasks_cut_off(VIEW, CUT_OFF, NOW).why.startswith("EC2 takes this Spot Instance back")
    assert say_how.tasks_cut_off(VIEW, unwarned, NOW).figures == {"tasks": 1}
