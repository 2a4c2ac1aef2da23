"""What is the next thing to do in Slack, and what is true afterwards."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from ballast.publish.conversation import Conversation
from ballast.publish.slack_blocks import SlackMessage
from ballast.publish.slack_steps import (
    APPENDED,
    REPLIES_EVERY,
    Edit,
    Post,
    Posted,
    Reply,
    Settle,
    Step,
    after,
    is_news,
    is_urgent,
    steps,
    with_unsaid,
    without_parent,
)
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, a_notice, progress, seconds, storm

MESSAGE = SlackMessage("text", ())
PAGE = a_notice("DrainStuck", Severity.PAGE, at=NOW + seconds(1))


def told(*notices: Notice, **slack: Any) -> Conversation:
    known = reduce(Conversation.tell, notices or (a_notice(),), Conversation("x", "prod", "spot_interruption", NOW))
    return replace(known, slack=replace(known.slack, **slack))


def shown(*notices: Notice, **slack: Any) -> Conversation:
    """Its parent is posted and up to date."""
    return told(*notices, **({"channel": "C1", "ts": "1.2", "shown": MESSAGE.fingerprint} | slack))


def due(known: Conversation, *, can_edit: bool = True, at_s: float = 0) -> list[type[Step]]:
    return [type(step) for step in steps(known, MESSAGE, NOW + seconds(at_s), can_edit=can_edit)]


def test_first_comes_the_parent_and_then_its_edits() -> None:
    assert due(told()) == [Post]
    assert due(shown()) == []
    assert due(shown(shown="old")) == [Edit]


def test_news_of_one_incident_is_said_after_the_edit_and_a_page_before_it() -> None:
    behind = shown(shown="old", unsaid=("a",), unsaid_count=1)

    assert due(behind) == [Edit, Reply]
    assert due(replace(behind, slack=replace(behind.slack, unsaid_pages=1))) == [Reply, Edit]


@pytest.mark.parametrize(("said", "waits_min"), [(0, 5), (2, 5), (3, 10), (6, 15)])
def test_a_group_is_told_of_ever_more_seldom(said: int, waits_min: int) -> None:
    group = shown(*storm(3), unsaid=("a",), unsaid_count=1, said=said, said_at=NOW)

    assert due(group, at_s=60 * waits_min - 1) == []
    assert due(group, at_s=60 * waits_min) == [Reply]


def test_a_thread_of_many_replies_waits_also_of_one_incident_and_a_closing_hardly() -> None:
    many = shown(unsaid=("a",), unsaid_count=1, said=9, said_at=NOW)
    closed = shown(a_notice(), a_notice("InstanceGone", closes=True), unsaid_count=1, said=9, said_at=NOW)

    assert due(many, at_s=60) == []
    assert due(closed, at_s=59) == []
    assert due(closed, at_s=60) == [Reply]


def test_of_pages_one_is_broadcast_in_a_while() -> None:
    pages = shown(*storm(3), PAGE, unsaid=("a",), unsaid_count=1, unsaid_pages=1, said_at=NOW, broadcast_at=NOW)

    assert due(pages, at_s=1) == []
    assert due(pages, at_s=REPLIES_EVERY.total_seconds()) == [Reply]


def test_a_webhook_appends_pages_and_the_end_and_settles_the_rest() -> None:
    over = (a_notice(), a_notice("InstanceGone", closes=True))

    assert due(shown(), can_edit=False) == []
    assert due(shown(shown="old"), can_edit=False) == [Settle]
    assert due(shown(unsaid_pages=1), can_edit=False) == [Post]
    assert due(shown(*over, shown="old"), can_edit=False) == [Post]
    assert due(shown(*over, shown="old", shown_closed=True), can_edit=False) == [Settle]


def test_a_page_that_slack_does_not_show_is_urgent() -> None:
    post, edit = Post(MESSAGE), Edit("C1", "1.2", MESSAGE)
    replies: list[Step] = [Reply("C1", "1.2", "a", broadcast=broadcast) for broadcast in (True, False)]

    assert is_urgent(told(PAGE), post)
    assert not is_urgent(told(), post)
    assert is_urgent(told(unsaid_pages=1), post)
    assert [is_urgent(told(PAGE), step) for step in (*replies, edit)] == [True, False, False]


@pytest.mark.parametrize(
    ("before", "notice", "news"),
    [
        ((), a_notice(), True),
        ((a_notice(),), a_notice("DrainFinished"), True),
        (tuple(storm(2)), a_notice("DrainFinished"), False),
        (tuple(storm(2)), PAGE, True),
        ((progress(1, title="wave 1"),), progress(2, title="wave 1"), False),
        ((progress(1, title="wave 1"),), progress(2, title="wave 2"), True),
    ],
)
def test_news_is_what_needs_somebody_and_of_one_incident_each_new_stage(
    before: tuple[Notice, ...], notice: Notice, *, news: bool
) -> None:
    known = told(*before) if before else Conversation("x", "prod", "spot_interruption", NOW)

    assert is_news(known, known.tell(notice), notice) is news


def test_before_its_parent_is_posted_a_conversation_owes_its_thread_nothing() -> None:
    assert with_unsaid(told(), told(), [PAGE]).slack.unsaid_count == 0
    owes = with_unsaid(shown(), shown(), [PAGE, a_notice()]).slack
    assert (owes.unsaid_count, owes.unsaid_pages, len(owes.unsaid)) == (2, 1, 2)
    assert with_unsaid(told(), told(leased_until=NOW), [PAGE]).slack.unsaid_count == 1


def test_the_end_of_a_group_is_owed_too() -> None:
    over = [a_notice("InstanceGone", instance=one.instance, closes=True) for one in storm(2)]
    before, ended = shown(*storm(2)), shown(*storm(2), *over)

    assert with_unsaid(before, ended, []).slack.unsaid_count == 1
    assert with_unsaid(ended, ended, []).slack.unsaid_count == 0


def test_what_came_in_while_a_step_was_taken_stays_unsaid() -> None:
    snapshot = shown(unsaid=("a",), unsaid_count=1, unsaid_pages=1)
    meanwhile = shown(unsaid=("a", "b"), unsaid_count=2, unsaid_pages=1)
    reply = Reply("C1", "1.2", "a", broadcast=True)

    slack = after(meanwhile, snapshot, reply, None, NOW).slack

    assert (slack.unsaid, slack.unsaid_count, slack.unsaid_pages, slack.said) == (("b",), 1, 0, 1)
    assert (slack.said_at, slack.broadcast_at) == (NOW, NOW)


def test_a_post_is_remembered_where_it_stands_and_an_edit_by_what_it_shows() -> None:
    posted = after(told(), told(), Post(MESSAGE), Posted("C1", "1.2"), NOW).slack
    hooked = after(told(PAGE), told(PAGE), Post(MESSAGE), None, NOW).slack
    edited = after(shown(shown="old"), shown(shown="old"), Edit("C1", "1.2", MESSAGE), None, NOW).slack

    assert (posted.channel, posted.ts, posted.shown, posted.broadcast_at) == ("C1", "1.2", MESSAGE.fingerprint, None)
    assert (hooked.ts, hooked.broadcast_at) == (APPENDED, NOW)
    assert (edited.shown, edited.shown_at) == (MESSAGE.fingerprint, NOW)
    assert due(without_parent(shown())) == [Post]
