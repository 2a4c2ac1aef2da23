"""Which conversation does a new incident join, and what does it take in? That of its cluster and reason, while it is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ballast.publish.conversation import Conversation
from ballast.publish.slack_steps import with_unsaid
from ballast.words.notice import Notice


@dataclass(frozen=True, slots=True)
class Rules:
    """Alertmanager's words (https://prometheus.io/docs/alerting/latest/configuration/#route).

    `group_wait`: a ticket or info waits this long for company. `group_interval`: incidents that begin within it of the
    conversation's opening join it, and nothing is published about the same conversation more often.
    """

    group_wait: timedelta = timedelta(seconds=30)
    group_interval: timedelta = timedelta(minutes=5)


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
    news: list[Notice] = []
    for notice in notices:
        if not conversation.has(notice):
            news.append(notice)
            conversation = conversation.tell(notice)
    return with_unsaid(conversation, news) if news else conversation, news
