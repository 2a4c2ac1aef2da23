"""What is due on which channel, and who delivers it? Pure: a conversation and the rules in, the next message out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from ballast.publish.conversation import Conversation
from ballast.publish.incidents import Progress, worst_of
from ballast.publish.slack_steps import is_news, with_unsaid
from ballast.value import dataclass
from ballast.words.codes import SLACK_UNAVAILABLE
from ballast.words.notice import Notice, Severity

# One function delivers at a time; a killed one is replaced after this.
LEASE = timedelta(seconds=30)
APART = timedelta(seconds=10)  # the clocks of two functions, and how long one has tried since it looked at its own
# Slack may be broken for a while; news older than this is of no use to anybody.
SLACK_GIVES_UP_AFTER = timedelta(hours=24)


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Publication:
    """One message to the topic, due at a time."""

    due_at: datetime
    severity: Severity
    state: State


def next_publication(conversation: Conversation, rules: Rules) -> Publication | None:
    """A page goes at once, anything else waits for company; progress is silent; what was raised is called off once.

    A group is told again when others have joined it, and once more when all is over: with the numbers that are true then.
    """
    topic = conversation.topic
    state = State.CLOSED if conversation.closed else State.OPEN
    if any(one.untold and one.worth_telling is Severity.PAGE for one in _all(conversation)):
        paged_at = topic.paged_at
        due_at = conversation.opened_at if paged_at is None else paged_at + rules.group_interval
        return Publication(due_at, Severity.PAGE, state)
    if conversation.closed and topic.owes_closing:
        # Called off as info: the good news wakes nobody either.
        return Publication(conversation.opened_at, Severity.INFO, State.CLOSED)
    if conversation.closed and topic.owes_numbers:
        return Publication(conversation.opened_at + rules.group_interval, Severity.INFO, State.CLOSED)
    severity = worst_of(one.worth_telling for one in _all(conversation) if one.untold)
    if topic.told_at is None:
        return Publication(conversation.opened_at + rules.group_wait, severity, state)
    if severity is Severity.TICKET or any(one.told is None for one in _all(conversation)):
        return Publication(topic.told_at + rules.group_interval, severity, state)
    return None


def published(
    conversation: Conversation, snapshot: Conversation, publication: Publication, now: datetime
) -> Conversation:
    """The conversation after its message about `snapshot` went out; what came in meanwhile stays untold."""
    incidents = {
        key: _told(one) if _same_news(one, snapshot.incidents.get(key)) else one
        for key, one in conversation.incidents.items()
    }
    raised = publication.state is State.OPEN and publication.severity is not Severity.INFO
    topic = replace(
        conversation.topic,
        told_at=now,
        paged_at=now if publication.severity is Severity.PAGE else conversation.topic.paged_at,
        owes_closing=publication.state is State.OPEN and (raised or conversation.topic.owes_closing),
        owes_numbers=publication.state is State.OPEN and len(snapshot.incidents) > 1,
        leased_until=None,
    )
    return replace(conversation, incidents=incidents, topic=topic)


def slack_is_due(conversation: Conversation, shown: str, now: datetime) -> bool:
    """Whether Slack shows something older than `shown`, the fingerprint of the message as it should be."""
    slack = conversation.slack
    if conversation.reason == SLACK_UNAVAILABLE:
        return False  # Slack is no place to tell that Slack is out of reach
    behind = slack.shown != shown or slack.unsaid_count > 0
    news = [conversation.latest.at if conversation.latest else conversation.opened_at, *(p.at for p in slack.presses)]
    return behind and now < max(news) + SLACK_GIVES_UP_AFTER


def lease_topic(conversation: Conversation, rules: Rules, now: datetime) -> tuple[Conversation, Publication | None]:
    """Leased to the caller, with what it is to publish now; None if that is nothing, or another function's work."""
    due = next_publication(conversation, rules)
    if (
        due is None
        or now < due.due_at <= now + rules.longest + APART
        or not _is_free(conversation.topic.leased_until, now)
    ):
        return conversation, None
    return replace(conversation, topic=replace(conversation.topic, leased_until=now + LEASE)), due


def release_topic(conversation: Conversation) -> Conversation:
    return replace(conversation, topic=replace(conversation.topic, leased_until=None))


def lease_slack(conversation: Conversation, shown: str, now: datetime) -> tuple[Conversation, bool]:
    """Leased to the caller, if Slack is to show something else and no other function is at it."""
    if not slack_is_due(conversation, shown, now) or not _is_free(conversation.slack.leased_until, now):
        return conversation, False
    return replace(conversation, slack=replace(conversation.slack, leased_until=now + LEASE)), True


def release_slack(conversation: Conversation) -> Conversation:
    return replace(conversation, slack=replace(conversation.slack, leased_until=None))


def _is_free(leased_until: datetime | None, now: datetime) -> bool:
    """A lease that ends later than any that another function can have taken is nobody's."""
    return leased_until is None or not now < leased_until <= now + LEASE + APART


def _all(conversation: Conversation) -> tuple[Progress, ...]:
    return tuple(conversation.incidents.values())


def _same_news(now: Progress, then: Progress | None) -> bool:
    return then is not None and then.worth_telling is now.worth_telling


def _told(one: Progress) -> Progress:
    known = one.told if one.told is not None else Severity.INFO
    return replace(one, told=worst_of((known, one.worth_telling)))


@dataclass(frozen=True, slots=True)
class Rules:
    """Alertmanager's words (https://prometheus.io/docs/alerting/latest/configuration/#route).

    `group_wait`: a ticket or info waits this long for company. `group_interval`: incidents that begin within it of the
    conversation's opening join it, and nothing is published about the same conversation more often.
    """

    group_wait: timedelta = timedelta(seconds=30)
    group_interval: timedelta = timedelta(minutes=5)

    @property
    def longest(self) -> timedelta:
        """That anything may be due ahead; what seems to be due later is due now: a stored time is wrong."""
        return max(self.group_wait, self.group_interval)


@dataclass(frozen=True, slots=True)
class JoinWindow:
    """The conversation that takes newcomers of a cluster and reason, and since when."""

    conversation: str
    opened_at: datetime


def open_window(notice: Notice, now: datetime) -> JoinWindow:
    """The conversation is named by what it is about and when it opened, so a person can read the key."""
    opened_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    when = opened_at.isoformat(timespec="milliseconds")
    return JoinWindow(f"{notice.cluster}/{notice.reason}/{when}", opened_at)


def takes(window: JoinWindow, notice: Notice, now: datetime, rules: Rules) -> bool:
    """Whether the incident began while the window was open.

    News of it may come one more interval late (a queue that stood still); later than that, readers have moved on.
    """
    closes_at = window.opened_at + rules.group_interval
    return notice.incident_started_at < closes_at and now < closes_at + rules.group_interval


def take_in(conversation: Conversation, notices: Sequence[Notice]) -> tuple[Conversation, Sequence[Notice]]:
    """The conversation that knows the notices, and those that were news to it."""
    before = conversation
    news: list[Notice] = []
    for_thread: list[Notice] = []
    for notice in notices:
        if not conversation.has(notice):
            told = conversation.tell(notice)
            for_thread += [notice] if is_news(conversation, told, notice) else []
            news.append(notice)
            conversation = told
    return with_unsaid(before, conversation, for_thread) if news else conversation, news
