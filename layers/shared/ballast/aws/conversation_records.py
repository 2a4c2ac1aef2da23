"""What do the items of the Conversations table hold besides their key and `expires_at`, and how do they become values?"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from datetime import datetime

from ballast.aws.codec import Item, from_item, from_plain, to_item, to_plain
from ballast.publish.due import JoinWindow
from ballast.publish.slack_pace import Pace
from ballast.records.field import name_in
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Joined:
    """An incident; `joined` is the id of its conversation."""

    joined: str

    def check(self) -> None:
        """It is part of a key."""
        name_in({"joined": self.joined}, "joined", ID_MOST)


@dataclass(frozen=True, slots=True)
class Window:
    joined: str
    opened_at: datetime

    check = Joined.check


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation."""

    revision: int
    body: str


@dataclass(frozen=True, slots=True)
class Part:
    """Incidents of a conversation that its head has no room for."""

    body: str


@dataclass(frozen=True, slots=True)
class Watched:
    body: str


@dataclass(frozen=True, slots=True)
class Listed:
    """`placements` are CLUSTER/SERVICE."""

    conversations: frozenset[str] = frozenset()
    placements: frozenset[str] = frozenset()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Paced:
    """Beside the fields of a Pace."""

    revision: int


ID_MOST = 1000  # of a conversation, in bytes: cluster, reason and time


def part_key(key: str, number: int) -> str:
    return f"part#{number}#{key}"


def readable_sets(item: Item) -> tuple[frozenset[str], frozenset[str]]:
    """Conversations and placements, of an agenda that nobody can read as a whole."""
    conversations, placements = (item.get(name, {}).get("SS", ()) for name in ("conversations", "placements"))
    return frozenset(conversations), frozenset(placements)


def agenda_sets(conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> dict[str, set[str]]:
    return {
        "conversations": set(conversations),
        "placements": {f"{cluster}/{service}" for cluster, service in placements},
    }


def pair(name: str) -> tuple[str, str]:
    cluster, _, service = name.partition("/")
    return cluster, service


def to_pace(item: Item) -> tuple[Pace, int]:
    """And its revision."""
    return from_item(Pace, item), from_item(Paced, item).revision


def to_window(item: Item) -> JoinWindow:
    window = from_item(Window, item)
    return JoinWindow(window.joined, window.opened_at)


def watch_key(kind: FailureKind, cluster: str, service: str) -> str:
    return f"watch#{kind}#{cluster}#{service}"


def watch_item(watch: ServiceFailure) -> Item:
    return to_item(Watched(json.dumps(to_plain(watch))))


def to_watch(item: Item) -> ServiceFailure:
    return from_plain(ServiceFailure, json.loads(from_item(Watched, item).body))
