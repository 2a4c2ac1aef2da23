"""How do notices find their conversations, so that overlapping functions agree? First come, first written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ballast.publish.conversation import Conversation
from ballast.publish.group import JoinWindow, Rules, open_window, takes
from ballast.publish.ports import ConversationStore
from ballast.publish.slack_steps import with_unsaid
from ballast.words.notice import Notice


def join(store: ConversationStore, notices: Sequence[Notice], now: datetime, rules: Rules) -> dict[str, list[Notice]]:
    """The notices by conversation. An incident stays where it once joined, however late its news."""
    joined = store.joined({notice.incident for notice in notices})
    windows: dict[tuple[str, str], JoinWindow] = {}
    together: dict[str, list[Notice]] = defaultdict(list)
    for notice in sorted(notices, key=lambda notice: notice.incident_started_at):
        name = joined.get(notice.incident)
        if name is None:
            window = _window(store, notice, now, rules, windows)
            name = joined[notice.incident] = store.join(notice.incident, window.conversation)
        together[name].append(notice)
    return together


def tell(store: ConversationStore, name: str, notices: Sequence[Notice], now: datetime) -> list[Notice]:
    """Write the notices into their conversation; returns those that were news."""
    news: list[Notice] = []

    def change(known: Conversation | None) -> Conversation:
        news.clear()
        conversation = known or _new(name, notices[0], now)
        for notice in notices:
            if not conversation.has(notice):
                news.append(notice)
                conversation = conversation.tell(notice)
        return with_unsaid(conversation, news) if news else conversation

    store.update(name, change)
    return news


def _window(
    store: ConversationStore,
    notice: Notice,
    now: datetime,
    rules: Rules,
    windows: dict[tuple[str, str], JoinWindow],
) -> JoinWindow:
    key = (notice.cluster, notice.reason)
    window = windows.get(key) or store.window(*key)
    if window is None or not takes(window, notice, now, rules):
        window = store.open_window(*key, open_window(notice, now), window)
    windows[key] = window
    return window


def _new(name: str, notice: Notice, now: datetime) -> Conversation:
    return Conversation(name, notice.cluster, notice.reason, opened_at=now)
