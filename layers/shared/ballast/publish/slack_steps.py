"""What is the next thing to do in Slack for a conversation, and what is true afterwards? Pure.

A bot edits the parent and replies in its thread. An incoming webhook can only append: the opening message, pages and
the closing one (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from ballast.publish.conversation import Conversation, SlackState
from ballast.publish.slack_blocks import MOST_LINES, SlackMessage, closing_line, thread_line, thread_reply
from ballast.value import dataclass
from ballast.words.notice import Notice, Severity

REPLIES_EVERY = timedelta(minutes=5)  # and from the fourth on ten, from the seventh on fifteen
CLOSING_AFTER = timedelta(minutes=1)
FEW_REPLIES = 9
APPENDED = "appended"  # stands for the timestamp that a webhook does not tell


@dataclass(frozen=True, slots=True)
class Post:
    """A new parent message."""

    message: SlackMessage


@dataclass(frozen=True, slots=True)
class Edit:
    """The parent message changes in place."""

    channel: str
    ts: str
    message: SlackMessage


@dataclass(frozen=True, slots=True)
class Reply:
    """A message in the thread."""

    channel: str
    ts: str
    text: str
    broadcast: bool


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing to say: only remember that this state needs no message."""

    message: SlackMessage


type Step = Post | Edit | Reply | Settle


@dataclass(frozen=True, slots=True)
class Posted:
    """What Slack answered: where the message is."""

    channel: str
    ts: str


def steps(conversation: Conversation, message: SlackMessage, now: datetime, *, can_edit: bool) -> list[Step]:
    """What is due now, the most urgent first; where that may not be sent yet, the next may."""
    slack = conversation.slack
    behind = slack.shown != message.fingerprint
    if not slack.ts:
        return [Post(message)]
    if not can_edit:
        closing = conversation.closed and not slack.shown_closed
        if slack.unsaid_pages or closing:
            return [Post(message)]
        return [Settle(message)] if behind or slack.unsaid_count else []
    lines = slack.unsaid
    if conversation.closed and len(conversation.incidents) > 1:
        lines = (closing_line(conversation), *lines)
    reply = Reply(slack.channel, slack.ts, thread_reply(lines, slack.unsaid_count), slack.unsaid_pages > 0)
    edit: list[Step] = [Edit(slack.channel, slack.ts, message)] if behind else []
    if not _says_now(conversation, now):
        return edit
    return [reply, *edit] if reply.broadcast else [*edit, reply]


def is_urgent(conversation: Conversation, step: Step) -> bool:
    """A page that Slack does not show yet."""
    match step:
        case Post():
            return conversation.severity is Severity.PAGE or conversation.slack.unsaid_pages > 0
        case Reply():
            return step.broadcast
        case Edit() | Settle():
            return False
        case _:
            assert_never(step)


def _says_now(conversation: Conversation, now: datetime) -> bool:
    """The steps of one incident at once, as long as they are few; those of a group together, ever more seldom."""
    slack = conversation.slack
    if not slack.unsaid_count:
        return False
    every = REPLIES_EVERY * (1 + slack.said // 3)
    if slack.unsaid_pages and (slack.broadcast_at is None or now >= slack.broadcast_at + every):
        return True
    if len(conversation.incidents) == 1 and slack.said < FEW_REPLIES:
        return True
    if conversation.closed and not conversation.is_announcement:
        every = CLOSING_AFTER
    return slack.said_at is None or now >= slack.said_at + every


def is_news(before: Conversation, after: Conversation, notice: Notice) -> bool:
    """For the thread: what needs somebody; of one incident each step, and progress when it comes to another stage."""
    if notice.severity is not Severity.INFO:
        return True
    if len(after.incidents) > 1:
        return False  # the parent counts
    if notice.repeat and before.latest:
        return (notice.code, notice.title) != (before.latest.code, before.latest.title)
    return True


def with_unsaid(before: Conversation, conversation: Conversation, news: Sequence[Notice]) -> Conversation:
    """What the thread will have to say; a parent that is still to be posted says it itself."""
    if not conversation.slack.ts and conversation.slack.leased_until is None:
        return conversation
    slack = conversation.slack
    said = [thread_line(notice) for notice in news]
    ends = conversation.closed and not before.closed and len(conversation.incidents) > 1
    slack = replace(
        slack,
        unsaid=(*slack.unsaid, *said)[:MOST_LINES],
        unsaid_count=slack.unsaid_count + len(said) + ends,  # how a group ended is worded when it is said
        unsaid_pages=slack.unsaid_pages + sum(one.severity is Severity.PAGE for one in news),
    )
    return replace(conversation, slack=slack)


def without_parent(conversation: Conversation) -> Conversation:
    """Once the parent message is deleted, or can be neither edited nor answered."""
    return replace(conversation, slack=replace(conversation.slack, ts="", shown=""))


def after(
    conversation: Conversation, snapshot: Conversation, step: Step, posted: Posted | None, now: datetime
) -> Conversation:
    """The conversation once the step for `snapshot` succeeded; what came in meanwhile stays unsaid."""
    match step:
        case Post(message):
            where = posted or Posted("", APPENDED)
            slack = replace(_said(conversation, snapshot), channel=where.channel, ts=where.ts or APPENDED)
            slack = replace(slack, broadcast_at=now if snapshot.severity is Severity.PAGE else slack.broadcast_at)
        case Edit(_, _, message):
            slack = conversation.slack
        case Settle(message):
            slack = _said(conversation, snapshot)
        case Reply():
            slack = _said(conversation, snapshot)
            broadcast_at = now if step.broadcast else slack.broadcast_at
            return replace(
                conversation, slack=replace(slack, said=slack.said + 1, said_at=now, broadcast_at=broadcast_at)
            )
        case _:
            assert_never(step)
    slack = replace(slack, shown=message.fingerprint, shown_closed=snapshot.closed, shown_at=now)
    return replace(conversation, slack=slack)


def _said(conversation: Conversation, snapshot: Conversation) -> SlackState:
    """Two functions may have said the same: nothing is owed less than nothing."""
    slack, said = conversation.slack, snapshot.slack
    return replace(
        slack,
        unsaid=slack.unsaid[len(said.unsaid) :],
        unsaid_count=max(0, slack.unsaid_count - said.unsaid_count),
        unsaid_pages=max(0, slack.unsaid_pages - said.unsaid_pages),
    )
