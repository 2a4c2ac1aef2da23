"""Whether this may be sent to Slack now."""

from __future__ import annotations

import pytest

from ballast.publish.slack_blocks import SlackMessage
from ballast.publish.slack_pace import EDITS_EVERY, POSTS_EVERY, Pace
from ballast.publish.slack_steps import Edit, Post, Reply, Settle, Step
from tests.notification_builders import NOW, seconds

MESSAGE = SlackMessage("text", ())
POST, EDIT, SETTLE = Post(MESSAGE), Edit("C1", "1.2", MESSAGE), Settle(MESSAGE)
REPLY = Reply("C1", "1.2", "more", broadcast=False)


def wait_s(pace: Pace, step: Step, *, urgent: bool = False) -> float:
    return (pace.not_before(step, NOW, urgent=urgent) - NOW).total_seconds()


@pytest.mark.parametrize("step", [POST, EDIT, REPLY, SETTLE])
def test_nothing_waits_while_nothing_was_sent(step: Step) -> None:
    assert wait_s(Pace(), step) <= 0


def test_edits_wait_for_edits_and_posts_for_the_second_post_before() -> None:
    edited, posted = Pace().taken(EDIT, NOW), Pace().taken(POST, NOW)

    assert wait_s(edited, EDIT) == EDITS_EVERY.total_seconds()
    assert wait_s(edited, POST) <= 0
    assert [wait_s(posted, step) for step in (POST, REPLY, EDIT)] == [0, 0, 0]
    assert wait_s(posted.taken(REPLY, NOW), POST) == POSTS_EVERY.total_seconds()


def test_a_page_waits_only_for_what_slack_forbids() -> None:
    busy = Pace().taken(POST, NOW).taken(POST, NOW).taken(POST, NOW)

    assert wait_s(busy, POST) > 0
    assert wait_s(busy, POST, urgent=True) == 0
    assert wait_s(busy.shut(POST, NOW + seconds(30)), POST, urgent=True) == 30


def test_what_slack_forbids_of_one_kind_is_forbidden_of_that_alone() -> None:
    later = NOW + seconds(30)

    assert [wait_s(Pace().shut(EDIT, later), step) for step in (EDIT, POST)] == [30, 0]
    assert [wait_s(Pace().shut(REPLY, later), step) for step in (EDIT, POST)] == [0, 30]
    assert [wait_s(Pace().shut_all(later), step) for step in (EDIT, POST, SETTLE)] == [30, 30, 0]


def test_one_wake_up_is_on_its_way_unless_one_is_needed_sooner() -> None:
    woken = Pace().woken(NOW + seconds(20), NOW)

    assert woken is not None
    assert woken.woken(NOW + seconds(30), NOW) is None
    assert woken.woken(NOW + seconds(20), NOW) is None
    assert woken.woken(NOW + seconds(10), NOW) is not None
    assert woken.woken(NOW + seconds(50), NOW + seconds(20)) is not None  # that one has come


def test_what_needs_no_word_takes_no_turn() -> None:
    assert Pace().taken(SETTLE, NOW) == Pace()
