"""What on-call reads about one instance: severity, words, links, one incident for all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.drain.blockers import Blocker
from ballast.records.disruption import Disruption, PartOf, Phase, Reason
from ballast.words import drain as say
from ballast.words import outcomes as say_how
from ballast.words.notice import Severity
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_disruption,
    a_draining_view,
    a_policy,
    a_scale_in,
    a_view,
    a_voluntary,
    a_waiting,
    after,
)

VIEW = a_draining_view()
WHY = (Blocker("service:api: a task is RUNNING", "Stop the task, if it may end now."),)
TAKEN_BACK = a_disruption(reason=Reason.CAPACITY_INTERRUPTION)

NOTICES: list[Row] = [
    (say.drain_started(VIEW, a_disruption(), NOW), "SpotInterruption", Severity.INFO, False),
    (say.drain_started(VIEW, TAKEN_BACK, NOW), "CapacityInterruption", Severity.INFO, False),
    (say.drain_finished(VIEW, a_disruption(), NOW), "DrainFinished", Severity.INFO, False),
    (say.instance_gone(VIEW, a_disruption(), NOW), "InstanceGone", Severity.INFO, True),
    (say.drain_waits(VIEW, a_waiting(), "x", NOW), "DrainWaits", Severity.INFO, False),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)


def test_the_date_of_a_change_is_told_with_its_day() -> None:
    change = a_disruption(reason=Reason.SCHEDULED_CHANGE, goes_at=NOW)

    assert f"{NOW:%Y-%m-%d %H:%M} UTC" in say.drain_started(VIEW, change, NOW).why


def test_all_notices_about_one_drain_are_one_incident() -> None:
    told = (say.drain_started, say.drain_finished, say.instance_gone, say_how.instance_left)

    assert {each(VIEW, a_disruption(), NOW).incident for each in told} == {"prod/i-0123456789abcdef0/20261123T090000Z"}


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
    assert notice.figures == ({"tasks": known.tasks_at_start} if known.tasks_at_start else {})


def test_an_instance_that_ec2_ends_unwarned_is_not_told_with_counts_that_miss_what_has_ended() -> None:
    notice = say.drain_started(VIEW, a_disruption(reason=Reason.INSTANCE_STOPPING), NOW)

    assert notice.what == f"{INSTANCE_ID} is set to DRAINING."
    assert "elsewhere" not in notice.impact


def test_a_waiting_drain_says_until_when() -> None:
    dated = say.drain_waits(a_view(cluster=a_cluster(a_policy())), a_waiting(), "of x", NOW)
    undated = say.drain_waits(VIEW, a_waiting(goes_at=None), "of x", NOW)

    assert dated.what == "i-0123456789abcdef0 is to be drained before 2026-12-03 09:00 UTC, but not yet."
    assert dated.next.endswith("From 24 h before that date it is drained whatever speaks against it.")
    assert undated.what == "i-0123456789abcdef0 is to be drained, but not yet."
    assert undated.next == "Ballast tries again every ten minutes."


def test_a_drain_that_began_at_an_unknown_time_is_still_a_sentence() -> None:
    assert "an unknown time" in say.drain_started(VIEW, a_scale_in(deadline=None), NOW).next
