"""Who delivers: one function at a time on each channel, and another one once it is dead."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from ballast.publish.conversation import Conversation
from ballast.publish.due import (
    LEASE,
    Rules,
    lease_slack,
    lease_topic,
    next_publication,
    published,
    release_slack,
    release_topic,
    take_in,
)
from ballast.publish.slack_steps import without_parent
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, a_notice, seconds

RULES = Rules()
A_PAGE, AN_INFO = a_notice("Stuck", Severity.PAGE), a_notice("DrainStarted")
ANOTHER_PAGE = a_notice("Stuck", Severity.PAGE, instance="i-2")


def told(*notices: Notice) -> Conversation:
    return reduce(Conversation.tell, notices, Conversation("prod/spot/x", "prod", "spot_interruption", NOW))


def test_the_first_to_ask_for_the_topic_gets_what_is_due_and_everybody_else_nothing() -> None:
    leased, publication = lease_topic(told(A_PAGE), RULES, NOW)

    assert publication == next_publication(told(A_PAGE), RULES)
    assert leased.topic.leased_until == NOW + LEASE
    assert lease_topic(leased, RULES, NOW + LEASE - seconds(1)) == (leased, None)


def test_what_is_not_due_yet_is_leased_to_nobody() -> None:
    waits = told(AN_INFO)
    assert lease_topic(waits, RULES, NOW + seconds(29)) == (waits, None)
    assert lease_topic(waits, RULES, NOW + seconds(30))[1] is not None


def test_after_a_delivery_that_failed_the_topic_is_free_at_once() -> None:
    leased, _ = lease_topic(told(A_PAGE), RULES, NOW)
    assert lease_topic(release_topic(leased), RULES, NOW)[1] is not None


def test_a_lease_that_nobody_gave_back_runs_out() -> None:
    on_topic, _ = lease_topic(told(A_PAGE), RULES, NOW)
    in_slack, _ = lease_slack(told(A_PAGE), "new", NOW)

    assert lease_topic(on_topic, RULES, NOW + LEASE)[1] is not None
    assert lease_slack(in_slack, "new", NOW + LEASE)[1]


def test_whose_clock_is_behind_leaves_the_lease_and_the_time_of_another_function_alone() -> None:
    """Two queues bring one page to two functions at once: the one that looked at its clock first is the second to write."""
    behind = NOW - seconds(0.006)
    on_topic, publication = lease_topic(told(A_PAGE), RULES, NOW)
    in_slack, _ = lease_slack(told(AN_INFO), "new", NOW)
    assert publication
    paged = published(on_topic, on_topic, publication, NOW).tell(ANOTHER_PAGE)

    assert lease_topic(on_topic, RULES, behind) == (on_topic, None)
    assert lease_slack(in_slack, "new", behind) == (in_slack, False)
    assert lease_topic(paged, RULES, behind) == (paged, None)


def test_slack_is_leased_to_one_function_while_it_shows_something_else() -> None:
    leased, is_ours = lease_slack(told(AN_INFO), "new", NOW)

    assert is_ours
    assert leased.slack.leased_until == NOW + LEASE
    assert lease_slack(leased, "new", NOW + seconds(1)) == (leased, False)
    assert release_slack(leased) == told(AN_INFO)


def test_where_slack_shows_everything_there_is_nothing_to_lease() -> None:
    known = told(AN_INFO)
    shown = replace(known, slack=replace(known.slack, shown="same"))
    assert lease_slack(shown, "same", NOW) == (shown, False)


def test_the_two_channels_are_leased_apart() -> None:
    leased, _ = lease_topic(told(A_PAGE), RULES, NOW)
    assert lease_slack(leased, "new", NOW)[1]


def test_a_conversation_takes_in_only_what_it_does_not_know() -> None:
    known = told(AN_INFO)

    conversation, news = take_in(known, [AN_INFO, A_PAGE, A_PAGE])

    assert news == [A_PAGE]
    assert conversation == told(AN_INFO, A_PAGE)
    assert take_in(conversation, [AN_INFO, A_PAGE]) == (conversation, [])


def test_the_thread_will_say_what_came_after_the_parent_message() -> None:
    known = told(AN_INFO)
    posted = replace(known, slack=replace(known.slack, ts="1.2"))

    assert take_in(known, [A_PAGE])[0].slack.unsaid_count == 0
    assert take_in(posted, [A_PAGE])[0].slack.unsaid_count == 1


def test_without_its_parent_message_slack_shows_nothing_and_the_rest_stays_known() -> None:
    known = told(AN_INFO)
    posted = replace(known, slack=replace(known.slack, channel="C1", ts="1.2", shown="same", unsaid_count=1))

    lost = without_parent(posted)

    assert (lost.slack.ts, lost.slack.shown) == ("", "")
    assert (lost.slack.channel, lost.slack.unsaid_count, lost.incidents) == ("C1", 1, known.incidents)
