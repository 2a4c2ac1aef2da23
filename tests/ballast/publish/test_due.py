"""What is due on the topic, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

import pytest

from ballast.publish.conversation import Conversation, Press
from ballast.publish.due import (
    Publication,
    Rules,
    State,
    next_publication,
    open_window,
    published,
    slack_is_due,
    takes,
)
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, a_notice, progress, seconds

RULES = Rules()
INFO, TICKET, PAGE = Severity.INFO, Severity.TICKET, Severity.PAGE


def told(*notices: Notice, so_far: Conversation | None = None) -> Conversation:
    start = so_far or Conversation("prod/spot/x", "prod", "spot_interruption", NOW)
    return reduce(Conversation.tell, notices, start)


def sent(conversation: Conversation, at: datetime) -> Conversation:
    publication = next_publication(conversation, RULES)
    assert publication is not None
    return published(conversation, conversation, publication, at)


@pytest.mark.parametrize(("severity", "wait"), [(INFO, seconds(30)), (TICKET, seconds(30)), (PAGE, timedelta())])
def test_only_a_page_goes_at_once(severity: Severity, wait: timedelta) -> None:
    due = next_publication(told(a_notice("Code", severity)), RULES)

    assert due == Publication(NOW + wait, severity, State.OPEN)


@pytest.mark.parametrize("severity", list(Severity))
def test_progress_is_silent_after_the_first_message(severity: Severity) -> None:
    conversation = sent(told(a_notice("Code", severity)), NOW)

    assert next_publication(told(a_notice("More"), so_far=conversation), RULES) is None


def test_repeated_progress_is_silent() -> None:
    moving = sent(told(progress(1)), NOW)

    assert next_publication(told(progress(2), progress(3), so_far=moving), RULES) is None


@pytest.mark.parametrize(("severity", "expected"), [(INFO, False), (TICKET, True), (PAGE, True)])
def test_only_what_was_raised_is_called_off(severity: Severity, expected: bool) -> None:  # noqa: FBT001 - a table
    conversation = sent(told(a_notice("Code", severity)), NOW)
    over = told(a_notice("Gone", closes=True), so_far=conversation)

    due = next_publication(over, RULES)

    assert (due == Publication(NOW, INFO, State.CLOSED)) is expected
    if expected:
        assert next_publication(sent(over, NOW), RULES) is None


def test_an_incident_that_ends_while_it_waits_makes_one_message() -> None:
    over = told(a_notice("Code", TICKET), a_notice("Gone", closes=True))

    assert next_publication(over, RULES) == Publication(NOW + seconds(30), TICKET, State.CLOSED)
    assert next_publication(sent(over, NOW), RULES) is None


def test_an_incident_pages_once() -> None:
    paged = sent(told(a_notice("Stuck", PAGE)), NOW)

    assert next_publication(told(a_notice("Worse", PAGE), so_far=paged), RULES) is None


def test_another_incident_may_page_again_only_after_the_interval() -> None:
    paged = sent(told(a_notice("Stuck", PAGE)), NOW)
    again = told(a_notice("Stuck", PAGE, instance="i-2"), so_far=paged)

    assert next_publication(again, RULES) == Publication(NOW + timedelta(minutes=5), PAGE, State.OPEN)


def test_a_page_whose_incident_is_over_already_wakes_nobody() -> None:
    late = told(a_notice("Gone", closes=True), a_notice("Stuck", PAGE))

    assert next_publication(late, RULES) == Publication(NOW + seconds(30), TICKET, State.CLOSED)
    assert next_publication(sent(late, NOW), RULES) is None


def test_an_announcement_may_page_and_is_not_called_off() -> None:
    conversation = told(a_notice("Halted", PAGE, closes=True))

    assert next_publication(conversation, RULES) == Publication(NOW, PAGE, State.CLOSED)
    assert next_publication(sent(conversation, NOW), RULES) is None


def test_an_info_that_gets_worse_is_told_again() -> None:
    conversation = told(a_notice("Code", TICKET), so_far=sent(told(a_notice()), NOW))

    due = next_publication(conversation, RULES)

    assert due == Publication(NOW + timedelta(minutes=5), TICKET, State.OPEN)


def test_news_that_came_while_a_message_was_sent_stays_untold() -> None:
    snapshot = told(a_notice("Code", TICKET))
    meanwhile = told(a_notice("Stuck", PAGE), so_far=snapshot)
    publication = next_publication(snapshot, RULES)
    assert publication is not None

    after = published(meanwhile, snapshot, publication, NOW)

    assert next_publication(after, RULES) == Publication(NOW, PAGE, State.OPEN)


@pytest.mark.parametrize(
    ("began_after", "arrives_after", "expected"),
    [(-3600, 1, True), (60, 61, True), (299, 301, True), (301, 302, False), (10, 601, False)],
)
def test_an_incident_joins_while_the_window_is_open(
    began_after: int,
    arrives_after: int,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    window = open_window(a_notice(), NOW)
    notice = a_notice(started_at=NOW + seconds(began_after))

    assert takes(window, notice, NOW + seconds(arrives_after), RULES) is expected


def test_what_was_pressed_long_after_the_last_news_is_shown() -> None:
    known, late = told(a_notice("DrainStuck", Severity.PAGE)), NOW + timedelta(hours=30)
    press = Press("id", "Acknowledge", "U0123456789", late, "click")
    pressed = replace(known, slack=replace(known.slack, presses=(press,)))

    assert not slack_is_due(known, "another", late)
    assert slack_is_due(pressed, "another", late)
