"""What on-call reads about one instance: severity, words, links, one incident for all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.drain.blockers import Blocker
from ballast.facts.view import View
from ballast.records.disruption import Disruption, PartOf, Phase, Reason
from ballast.words import called_off, hooks, watching
from ballast.words import drain as say
from ballast.words import outcomes as say_how
from ballast.words.notice import Notice, Severity
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_policy,
    a_scale_in,
    a_view,
    a_voluntary,
    a_waiting,
    after,
)

VIEW = a_draining_view()
WITHOUT_ARN = a_draining_view(instance=None)
WHY = (Blocker("service:api: a task is RUNNING", "Stop the task, if it may end now."),)

NOTICES: list[tuple[Notice, str, Severity, bool]] = [
    (say.drain_started(VIEW, a_disruption(), NOW), "SpotInterruption", Severity.INFO, False),
    (
        say.drain_started(VIEW, a_disruption(reason=Reason.CAPACITY_INTERRUPTION), NOW),
        "CapacityInterruption",
        Severity.INFO,
        False,
    ),
    (say.drain_finished(VIEW, a_disruption(), NOW), "DrainFinished", Severity.INFO, False),
    (
        say_how.tasks_cut_off(VIEW, a_disruption(cut_off=("service api, task 1",)), NOW),
        "TasksCutOff",
        Severity.TICKET,
        False,
    ),
    (say.instance_gone(VIEW, a_disruption(), NOW), "InstanceGone", Severity.INFO, True),
    (say.drain_waits(VIEW, a_waiting(), "x", NOW), "DrainWaits", Severity.INFO, False),
    (watching.rebalance_recommended(VIEW, NOW), "RebalanceRecommended", Severity.INFO, True),
    (say_how.drain_stuck(VIEW, a_disruption(), WHY, NOW), "DrainStuck", Severity.PAGE, False),
    (say_how.drain_forced(VIEW, a_disruption(), 1, WHY, NOW), "DrainForced", Severity.TICKET, False),
    (say_how.drain_rolled_back(VIEW, a_voluntary(), WHY, NOW), "DrainRolledBack", Severity.TICKET, False),
    (called_off.drain_cancelled(VIEW, a_voluntary(), NOW), "DrainCancelled", Severity.INFO, True),
    (say_how.drained_outside_group(VIEW, a_voluntary(), NOW), "DrainedOutsideGroup", Severity.TICKET, False),
    (say_how.instance_survived(VIEW, a_disruption(), NOW), "InstanceSurvived", Severity.INFO, True),
    (say_how.instance_stopped(VIEW, a_disruption(), NOW), "InstanceStopped", Severity.TICKET, True),
    (say_how.instance_left(VIEW, a_disruption(), NOW), "InstanceLeft", Severity.INFO, True),
    (called_off.change_passed(VIEW, a_waiting(), NOW), "ChangePassed", Severity.INFO, True),
    (called_off.gave_up_waiting(VIEW, a_waiting(), NOW), "GaveUpWaiting", Severity.INFO, True),
    (watching.instance_impaired(a_cluster(), INSTANCE_ID, (), NOW, NOW), "InstanceImpaired", Severity.TICKET, True),
    (hooks.hook_put(a_cluster(), "web", NOW), "LifecycleHookPut", Severity.INFO, True),
]


def test_the_date_of_a_change_is_told_with_its_day() -> None:
    change = a_disruption(reason=Reason.SCHEDULED_CHANGE, goes_at=NOW)

    assert f"{NOW:%Y-%m-%d %H:%M} UTC" in say.drain_started(VIEW, change, NOW).why


@pytest.mark.parametrize(("notice", "code", "severity", "closes"), NOTICES)
def test_each_notice_has_its_severity_and_says_whether_the_incident_is_over(
    notice: Notice,
    code: str,
    severity: Severity,
    closes: bool,  # noqa: FBT001
) -> None:
    assert (notice.code, notice.severity, notice.closes_incident) == (code, severity, closes)


@pytest.mark.parametrize("notice", [notice for notice, *_ in NOTICES], ids=lambda notice: notice.code)
def test_each_notice_is_whole_sentences_with_links(notice: Notice) -> None:
    for text in (notice.what, notice.why, notice.impact, notice.next):
        assert text.endswith(".")
        assert "None" not in text.removeprefix("None.").removeprefix("None so far").removeprefix("None:")
        assert "{" not in text
        assert ".." not in text
    assert all(link.url.startswith("https://eu-central-1.console.aws.amazon.com/") for link in notice.links)
    assert notice.links
    for text in (notice.would.what, notice.would.impact, notice.would.next) if notice.would else ():
        assert text.endswith(".")
        assert "{" not in text
    assert Notice.parse({"detail": notice.to_detail()}) == replace(notice, would=None)  # which only dry run says


def test_all_notices_about_one_drain_are_one_incident() -> None:
    drain = {notice.incident for notice, code, *_ in NOTICES[:3] if code}

    assert drain == {"prod/i-0123456789abcdef0/20261123T090000Z"}


def test_what_ballast_asked_for_is_news_of_that_and_what_goes_wrong_is_told_alone_until_it_is_gone() -> None:
    whole = PartOf("prod/rollout/x", "bottlerocket_rollout/x", NOW)
    step, own = a_scale_in(part_of=whole), a_scale_in().incident
    stuck = replace(step, overran=Phase.ESCALATED)

    ordinary = [
        say.drain_started(VIEW, step, NOW),
        say.drain_finished(VIEW, step, NOW),
        say.instance_gone(VIEW, step, NOW),
    ]
    trouble = [say_how.drain_stuck(VIEW, step, WHY, NOW), say_how.tasks_cut_off(VIEW, step, NOW)]
    end = [say.drain_finished(VIEW, stuck, NOW), say.instance_gone(VIEW, stuck, NOW)]

    assert {(notice.incident, notice.closes_incident) for notice in ordinary} == {(whole.incident, False)}
    assert ordinary[0].why == (
        "Its Auto Scaling group replaces it, as the rollout asked, and our lifecycle hook holds it."
    )
    assert {notice.incident for notice in (*trouble, *end)} == {own}
    assert [notice.closes_incident for notice in end] == [False, True]


def test_the_same_notice_said_twice_has_the_same_id() -> None:
    first = say_how.drain_stuck(VIEW, a_disruption(), WHY, NOW)
    second = say_how.drain_stuck(VIEW, replace(a_disruption(), revision=9), WHY, after(1))

    assert first.id == second.id


@pytest.mark.parametrize(
    ("known", "what", "next_"),
    [
        (
            a_disruption(),
            "i-0123456789abcdef0 is set to DRAINING; ECS counts 2 tasks on it.",
            "EC2 terminates it whatever we do.",
        ),
        (
            a_disruption(foreign=True),
            "i-0123456789abcdef0 is drained by somebody else before; ECS counts 2 tasks on it.",
            "EC2 terminates it whatever we do.",
        ),
        (
            a_scale_in(),
            "i-0123456789abcdef0 is set to DRAINING; ECS counts 2 tasks on it.",
            "When it is empty, Ballast lets the group go on; at the latest at 10:00:00 UTC.",
        ),
    ],
)
def test_the_first_notice_says_what_happens(known: Disruption, what: str, next_: str) -> None:
    notice = say.drain_started(VIEW, known, NOW)

    assert (notice.what, notice.next) == (what, next_)


def test_the_reason_says_when_aws_takes_the_instance_if_it_did() -> None:
    assert say.drain_started(VIEW, a_disruption(), NOW).why == "EC2 takes this Spot Instance back at 09:02:00 UTC."
    assert say.drain_started(VIEW, a_disruption(goes_at=None), NOW).why == "EC2 takes this Spot Instance back."


@pytest.mark.parametrize(
    ("known", "what", "next_"),
    [
        (
            a_disruption(),
            "empty after 90 s. ECS counted 2 tasks on it at the start.",
            "EC2 takes it; Ballast closes this once it is gone.",
        ),
        (
            a_disruption(tasks_at_start=1),
            "empty after 90 s. ECS counted 1 task on it at the start.",
            "EC2 takes it; Ballast closes this once it is gone.",
        ),
        (a_disruption(tasks_at_start=None), "empty after 90 s.", "EC2 takes it; Ballast closes this once it is gone."),
        (
            a_scale_in(),
            "empty after 90 s. ECS counted 2 tasks on it at the start.",
            "Its group web goes on terminating it.",
        ),
        (
            a_voluntary(),
            "empty after 90 s. ECS counted 2 tasks on it at the start.",
            "Ballast has its Auto Scaling group terminate it and launch another.",
        ),
    ],
)
def test_the_last_notice_of_a_drain_says_how_long_it_took_and_what_follows(
    known: Disruption, what: str, next_: str
) -> None:
    notice = say.drain_finished(VIEW, known, after(1.5))

    assert notice.what.endswith(what)
    assert notice.next == next_


CUT = ("service shop, task 1", "service shop, task 2")
UNSEEN = "It was not known to be empty when it went."


@pytest.mark.parametrize(
    ("known", "view", "impact"),
    [
        (a_disruption(emptied_at=after(1)), WITHOUT_ARN, "It was empty in time."),
        (
            a_disruption(emptied_at=after(9), overran=Phase.ESCALATED),
            VIEW,
            "It was empty when it went, but not by its drain deadline.",
        ),
        (
            a_disruption(emptied_at=after(9), overran=Phase.FORCED),
            VIEW,
            "It was empty when it went, as its tasks had been stopped at the drain deadline.",
        ),
        (a_disruption(cut_off=CUT), VIEW, "2 tasks cut off: service shop, task 1; service shop, task 2."),
        (a_disruption(cut_off=CUT[:1], emptied_at=after(1)), VIEW, "1 task cut off: service shop, task 1."),
        (a_disruption(cut_short=CUT[:1]), VIEW, "1 task had not finished stopping when it went: service shop, task 1."),
        (a_disruption(phase=Phase.DRAINED), WITHOUT_ARN, f"{UNSEEN} What ran there is not known."),
        (
            a_disruption(),
            a_draining_view(instance=a_draining_instance(running_tasks=0)),
            f"{UNSEEN} What ran there is not known.",
        ),
        (a_disruption(), a_draining_view(tasks=()), f"{UNSEEN} No task is known to have been cut off."),
        (
            a_disruption(tasks_seen=CUT, seen_at=after(1)),
            WITHOUT_ARN,
            f"{UNSEEN} Last seen there at 09:01:00 UTC: service shop, task 1; service shop, task 2.",
        ),
    ],
)
def test_the_end_says_what_was_seen_of_it_and_no_more(known: Disruption, view: View, impact: str) -> None:
    gone, left = say.instance_gone(view, known, after(10)), say_how.instance_left(view, known, after(10))

    assert (gone.impact, left.impact) == (impact, impact)
    assert ("cut off" in gone.what) is bool(known.cut_off)
    assert ("removes its container instance" in gone.next) is (view.instance is not None)


def test_an_instance_that_ec2_ends_unwarned_is_not_told_with_counts_that_miss_what_has_ended() -> None:
    notice = say.drain_started(VIEW, a_disruption(reason=Reason.INSTANCE_STOPPING), NOW)

    assert notice.what == f"{INSTANCE_ID} is set to DRAINING."
    assert "elsewhere" not in notice.impact


def test_a_page_names_five_blockers_and_counts_the_rest() -> None:
    lines = tuple(f"service:s{n}: a task is RUNNING" for n in range(8))
    why = tuple(Blocker(line, f"Stop task {number}.") for number, line in enumerate(lines))

    assert (
        say_how.drain_stuck(VIEW, a_disruption(), why, NOW).why == f"What holds it: {'; '.join(lines[:5])}; and 3 more."
    )


def test_a_page_without_blockers_says_so() -> None:
    assert "unknown: its tasks could not be read" in say_how.drain_stuck(VIEW, a_disruption(), (), NOW).why
    assert "unknown: its tasks could not be read" in say_how.drain_rolled_back(VIEW, a_voluntary(), (), NOW).why
    assert "nothing any more" in say_how.drain_forced(VIEW, a_disruption(), 0, (), NOW).why


def test_a_page_of_a_drain_without_hook_and_date_promises_nothing() -> None:
    page = say_how.drain_stuck(VIEW, a_voluntary(goes_at=None, reason=Reason.REBALANCE_RECOMMENDATION), WHY, NOW)

    assert page.next.endswith("once i-0123456789abcdef0 is empty.")


def test_a_waiting_drain_says_until_when() -> None:
    dated = say.drain_waits(a_view(cluster=a_cluster(a_policy())), a_waiting(), "of x", NOW)
    undated = say.drain_waits(VIEW, a_waiting(goes_at=None), "of x", NOW)

    assert dated.what == "i-0123456789abcdef0 is to be drained before 2026-12-03 09:00 UTC, but not yet."
    assert dated.next.endswith("From 24 h before that date it is drained whatever speaks against it.")
    assert undated.what == "i-0123456789abcdef0 is to be drained, but not yet."
    assert undated.next == "Ballast tries again every ten minutes."


def test_a_rollback_without_a_date_is_the_end_of_it() -> None:
    notice = say_how.drain_rolled_back(VIEW, a_voluntary(goes_at=None), WHY, NOW)

    assert notice.closes_incident
    assert notice.next == "Ballast does not try again on its own."


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


def test_a_change_without_a_date_is_still_a_sentence() -> None:
    assert "an unknown date" in called_off.change_passed(VIEW, a_waiting(goes_at=None), NOW).what
    assert "an unknown time" in say.drain_started(VIEW, a_scale_in(deadline=None), NOW).next


def test_an_impaired_instance_is_told_with_the_first_five_checks() -> None:
    notice = watching.instance_impaired(a_cluster(), INSTANCE_ID, [f"C{n}: bad" for n in range(7)], NOW, after(1))

    assert notice.what == "ECS finds i-0123456789abcdef0 impaired: C0: bad; C1: bad; C2: bad; C3: bad; C4: bad."
    assert notice.incident == "prod/i-0123456789abcdef0/impaired/20261123T0900"
