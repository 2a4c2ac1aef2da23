"""What is the next thing to do in Slack for a conversation, and what is true afterwards? Pure.

A bot edits the parent and replies in its thread. An incoming webhook can only append: the opening message, pages and
the closing one (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from ballast.publish.conversation import Conversation, SlackState
from ballast.publish.slack_blocks import MOST_LINES, SlackMessage, thread_line, thread_reply
from ballast.value import dataclass
from ballast.words.notice import Notice, Severity

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


def next_step(conversation: Conversation, message: SlackMessage, *, can_edit: bool) -> Step | None:
    slack = conversation.slack
    behind = slack.shown != message.fingerprint
    if not slack.ts:
        return Post(message)
    if not can_edit:
        closing = conversation.closed and not slack.shown_closed
        if slack.unsaid_pages or closing:
            return Post(message)
        return Settle(message) if behind or slack.unsaid_count else None
    if behind:
        return Edit(slack.channel, slack.ts, message)
    if slack.unsaid_count:
        text = thread_reply(slack.unsaid, slack.unsaid_count)
        return Reply(slack.channel, slack.ts, text, broadcast=slack.unsaid_pages > 0)
    return None


def with_unsaid(conversation: Conversation, news: Sequence[Notice]) -> Conversation:
    """What the thread will have to say; a parent that is still to be posted says it itself."""
    if not conversation.slack.ts and conversation.slack.leased_until is None:
        return conversation
    slack = conversation.slack
    lines = (*slack.unsaid, *(thread_line(notice) for notice in news))
    slack = replace(
        slack,
        unsaid=lines[:MOST_LINES],
        unsaid_count=slack.unsaid_count + len(news),
        unsaid_pages=slack.unsaid_pages + sum(one.severity is Severity.PAGE for one in news),
    )
    return replace(conversation, slack=slack)


def without_parent(conversation: Conversation) -> Conversation:
    """Once the parent message is deleted, or can be neither edited nor answered."""
    return replace(conversation, slack=replace(conversation.slack, ts="", shown=""))


def after(conversation: Conversation, snapshot: Conversation, step: Step, posted: Posted | None) -> Conversation:
    """The conversation once the step for `snapshot` succeeded; what came in meanwhile stays unsaid."""
    match step:
        case Post(message):
            where = posted or Posted("", APPENDED)
            slack = replace(_said(conversation, snapshot), channel=where.channel, ts=where.ts or APPENDED)
        case Edit(_, _, message):
            slack = conversation.slack
        case Settle(message):
            slack = _said(conversation, snapshot)
        case Reply():
            return replace(conversation, slack=_said(conversation, snapshot))
        case _:
            assert_never(step)
    slack = replace(slack, shown=message.fingerprint, shown_closed=snapshot.closed)
    return replace(conversation, slack=slack)


def _said(conversation: Conversation, snapshot: Conversation) -> SlackState:
    slack, said = conversation.slack, snapshot.slack
    return replace(
        slack,
        unsaid=slack.unsaid[len(said.unsaid) :],
        unsaid_count=slack.unsaid_count - said.unsaid_count,
        unsaid_pages=slack.unsaid_pages - said.unsaid_pages,
    )
