"""Where do conversations live between events? In one DynamoDB table, one kind of item each:

conversation#…  its state as JSON, with a revision    incident#…  the conversation that it joined
window#…        the conversation that takes newcomers watch#…     a failing service
agenda          what the next sweep looks at
Every write is conditional or repeatable, so overlapping functions and retries agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime

from ballast.aws.conversation_items import KEY, ItemTable, from_text, to_text
from ballast.aws.table import Item, from_item, from_plain, to_item, to_plain
from ballast.errors import TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.due import JoinWindow
from ballast.publish.ports import Agenda
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.value import dataclass

MOST_ATTEMPTS = 10
AGENDA = "agenda"


# What the items hold besides their key and `expires_at`, attribute by attribute.


@dataclass(frozen=True, slots=True)
class _Joined:
    """An incident; `joined` is the id of its conversation."""

    joined: str


@dataclass(frozen=True, slots=True)
class _Window:
    joined: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    """A conversation."""

    revision: int
    body: str


@dataclass(frozen=True, slots=True)
class _Watch:
    body: str


@dataclass(frozen=True, slots=True)
class _Agenda:
    """`placements` are CLUSTER/SERVICE."""

    conversations: frozenset[str] = frozenset()
    placements: frozenset[str] = frozenset()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Conversations:
    """Reads and writes of the table."""

    table: ItemTable

    def joined(self, incidents: Iterable[str]) -> dict[str, str]:
        """The conversation of each incident that has one."""
        names = {f"incident#{name}": name for name in sorted(incidents)}
        found = self.table.get_many(list(names))
        return {names[item[KEY]["S"]]: from_item(_Joined, item).joined for item in found}

    def join(self, incident: str, conversation: str) -> str:
        """The incident's conversation: this one, or the one that another function chose first."""
        standing = self.table.put_first(f"incident#{incident}", to_item(_Joined(conversation)))
        return from_item(_Joined, standing).joined

    def window(self, cluster: str, reason: str) -> JoinWindow | None:
        item = self.table.get(f"window#{cluster}#{reason}")
        return _window(item) if item else None

    def open_window(self, cluster: str, reason: str, window: JoinWindow, replacing: JoinWindow | None) -> JoinWindow:
        """The window that is open now: this one, or the one that another function opened first."""
        key = f"window#{cluster}#{reason}"
        read = to_item(_Joined(replacing.conversation)) if replacing else None
        if self.table.put_if(key, to_item(_Window(window.conversation, window.opened_at)), read):
            return window
        standing = self.table.get(key)
        return _window(standing) if standing else window

    def load(self, conversation: str) -> Conversation | None:
        item = self.table.get(f"conversation#{conversation}")
        return from_text(from_item(_Kept, item).body) if item else None

    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None:
        """Read, change, and write if nobody else did meanwhile; else once more. No change, no write."""
        key = f"conversation#{conversation}"
        for _ in range(MOST_ATTEMPTS):
            item = self.table.get(key)
            kept = from_item(_Kept, item) if item else None
            known = from_text(kept.body) if kept else None
            changed = change(known)
            if changed is None or changed == known:
                return changed
            read = {"revision": item["revision"]} if item else None
            after = _Kept(kept.revision + 1 if kept else 1, to_text(changed))
            if self.table.put_if(key, to_item(after), read):
                return changed
        raise TransientError(f"Conversation {conversation} changes too fast to be written.")

    def agenda(self) -> Agenda:
        kept = from_item(_Agenda, self.table.get(AGENDA) or {})
        return Agenda(kept.conversations, frozenset(map(_pair, kept.placements)), kept.revision)

    def add_to_agenda(self, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> None:
        self.table.add_to_sets(AGENDA, _sets(conversations, placements))

    def strike_from_agenda(
        self, agenda: Agenda, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]
    ) -> None:
        """Nothing happens if the agenda has grown since it was read: the next sweep tidies up."""
        if conversations or placements:
            self.table.take_from_sets(AGENDA, _sets(conversations, placements), agenda.revision)

    def watch(self, watch: ServiceFailure) -> ServiceFailure:
        """The watch that stands: this one, or the one that began earlier."""
        return _watch(self.table.put_first(_watch_key(watch.kind, watch.cluster, watch.service), _watch_item(watch)))

    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None:
        item = self.table.get(_watch_key(kind, cluster, service))
        return _watch(item) if item else None

    def rewatch(self, watch: ServiceFailure) -> None:
        self.table.put(_watch_key(watch.kind, watch.cluster, watch.service), _watch_item(watch))

    def unwatch(self, watch: ServiceFailure) -> None:
        self.table.delete(_watch_key(watch.kind, watch.cluster, watch.service))


def _sets(conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> dict[str, set[str]]:
    return {
        "conversations": set(conversations),
        "placements": {f"{cluster}/{service}" for cluster, service in placements},
    }


def _pair(name: str) -> tuple[str, str]:
    cluster, _, service = name.partition("/")
    return cluster, service


def _window(item: Item) -> JoinWindow:
    window = from_item(_Window, item)
    return JoinWindow(window.joined, window.opened_at)


def _watch_key(kind: FailureKind, cluster: str, service: str) -> str:
    return f"watch#{kind}#{cluster}#{service}"


def _watch_item(watch: ServiceFailure) -> Item:
    return to_item(_Watch(json.dumps(to_plain(watch))))


def _watch(item: Item) -> ServiceFailure:
    return from_plain(ServiceFailure, json.loads(from_item(_Watch, item).body))
