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
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import batched

from ballast.aws.conversation_items import KEY, Item, ItemTable
from ballast.aws.conversation_text import from_text, to_text
from ballast.errors import TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.group import JoinWindow
from ballast.publish.ports import Agenda
from ballast.records.service_failure import FailureKind, ServiceFailure

MOST_ATTEMPTS = 10
READ_AT_ONCE = 100
AGENDA = "agenda"


@dataclass(frozen=True, slots=True)
class Conversations:
    """Reads and writes of the table."""

    table: ItemTable

    def joined(self, incidents: Iterable[str]) -> dict[str, str]:
        """The conversation of each incident that has one."""
        found: dict[str, str] = {}
        for names in batched(sorted(incidents), READ_AT_ONCE, strict=False):
            for item in self.table.get_many([f"incident#{name}" for name in names]):
                found[item[KEY]["S"].removeprefix("incident#")] = item["joined"]["S"]
        return found

    def join(self, incident: str, conversation: str) -> str:
        """The incident's conversation: this one, or the one that another function chose first."""
        standing = self.table.put_first(f"incident#{incident}", {"joined": {"S": conversation}})
        return str(standing["joined"]["S"])

    def window(self, cluster: str, reason: str) -> JoinWindow | None:
        item = self.table.get(f"window#{cluster}#{reason}")
        return _window(item) if item else None

    def open_window(self, cluster: str, reason: str, window: JoinWindow, replacing: JoinWindow | None) -> JoinWindow:
        """The window that is open now: this one, or the one that another function opened first."""
        key = f"window#{cluster}#{reason}"
        fields = {
            "joined": {"S": window.conversation},
            "opened_at": {"S": window.opened_at.isoformat()},
        }
        unchanged = {"joined": {"S": replacing.conversation}} if replacing else None
        if self.table.put_if(key, fields, unchanged):
            return window
        standing = self.table.get(key)
        return _window(standing) if standing else window

    def load(self, conversation: str) -> Conversation | None:
        item = self.table.get(f"conversation#{conversation}")
        return from_text(item["body"]["S"]) if item else None

    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None:
        """Read, change, and write if nobody else did meanwhile; else once more. No change, no write."""
        key = f"conversation#{conversation}"
        for _ in range(MOST_ATTEMPTS):
            item = self.table.get(key)
            known = from_text(item["body"]["S"]) if item else None
            changed = change(known)
            if changed is None or changed == known:
                return changed
            revision = int(item["revision"]["N"]) + 1 if item else 1
            fields = {"revision": {"N": str(revision)}, "body": {"S": to_text(changed)}}
            unchanged = {"revision": item["revision"]} if item else None
            if self.table.put_if(key, fields, unchanged):
                return changed
        raise TransientError(f"Conversation {conversation} changes too fast to be written.")

    def agenda(self) -> Agenda:
        item = self.table.get(AGENDA) or {}
        return Agenda(
            conversations=frozenset(item.get("conversations", {}).get("SS", [])),
            placements=frozenset(_pair(name) for name in item.get("placements", {}).get("SS", [])),
            revision=int(item.get("revision", {}).get("N", "0")),
        )

    def add_to_agenda(self, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> None:
        self.table.change_sets(AGENDA, "ADD", _sets(conversations, placements))

    def strike_from_agenda(
        self, agenda: Agenda, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]
    ) -> None:
        """Nothing happens if the agenda has grown since it was read: the next sweep tidies up."""
        if conversations or placements:
            sets = _sets(conversations, placements)
            self.table.change_sets(AGENDA, "DELETE", sets, agenda.revision)

    def watch(self, watch: ServiceFailure) -> ServiceFailure:
        """The watch that stands: this one, or the one that began earlier."""
        key = _watch_key(watch.kind, watch.cluster, watch.service)
        return _watch(self.table.put_first(key, _watch_fields(watch)))

    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None:
        item = self.table.get(_watch_key(kind, cluster, service))
        return _watch(item) if item else None

    def rewatch(self, watch: ServiceFailure) -> None:
        key = _watch_key(watch.kind, watch.cluster, watch.service)
        self.table.put(key, _watch_fields(watch))

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
    return JoinWindow(item["joined"]["S"], datetime.fromisoformat(item["opened_at"]["S"]))


def _watch_key(kind: FailureKind, cluster: str, service: str) -> str:
    return f"watch#{kind}#{cluster}#{service}"


def _watch_fields(watch: ServiceFailure) -> Item:
    return {"body": {"S": json.dumps(asdict(watch), default=datetime.isoformat)}}


def _watch(item: Item) -> ServiceFailure:
    body = json.loads(item["body"]["S"])
    body |= {"kind": FailureKind(body["kind"]), "since": datetime.fromisoformat(body["since"])}
    return ServiceFailure(**body)
