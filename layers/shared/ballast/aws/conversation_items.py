"""How are items of the Conversations table read and written, when each has one key and expires, and a conversation is text?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ballast import clock
from ballast.aws.session import client
from ballast.aws.table import Item, Table, absent, from_plain, to_plain, unchanged, value
from ballast.errors import LostRaceError
from ballast.publish.conversation import Conversation, Progress, SlackState, TopicState
from ballast.value import dataclass
from ballast.words.notice import Notice, Severity

KEY = "conversation"
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Every item expires 30 days after its last write."""

    name: str

    @property
    def table(self) -> Table:
        return Table(self.name)

    def get(self, key: str) -> Item | None:
        return client("dynamodb").get_item(TableName=self.name, Key=_key(key), ConsistentRead=True).get("Item")

    def get_many(self, keys: list[str]) -> list[Item]:
        """In DynamoDB's order."""
        return list(self.table.get_many(map(_key, keys)))

    def put(self, key: str, fields: Item) -> None:
        self.table.write(self.table.put(_whole(key, fields)))

    def put_if(self, key: str, fields: Item, read: Item | None) -> bool:
        """Write if what was read of the item still holds, or where that is None, if the item is new."""
        condition = absent(KEY) if read is None else unchanged(read)
        try:
            self.table.write(self.table.put(_whole(key, fields), condition))
        except LostRaceError:
            return False
        return True

    def put_first(self, key: str, fields: Item) -> Item:
        """The item that stands afterwards: this one, or the one that was there before."""
        while not self.put_if(key, fields, read=None):
            if standing := self.get(key):
                return standing
        return _whole(key, fields)

    def add_to_sets(self, key: str, sets: dict[str, set[str]]) -> None:
        """Add to string sets, and one to the revision."""
        changes, values = _sets(sets)
        self.table.write(
            self.table.update(_key(key), f"ADD {changes}, revision :one", values | {":one": value(1)}),
        )

    def take_from_sets(self, key: str, sets: dict[str, set[str]], revision: int) -> None:
        """Take out of string sets; nothing happens when the revision has moved on."""
        changes, values = _sets(sets)
        values |= {":revision": value(revision)}
        try:
            self.table.write(self.table.update(_key(key), f"DELETE {changes}", values, "revision = :revision"))
        except LostRaceError:
            return

    def delete(self, key: str) -> None:
        self.table.write(self.table.delete(_key(key)))


def _key(key: str) -> Item:
    return {KEY: value(key)}


def _whole(key: str, fields: Item) -> Item:
    return {**_key(key), **fields, "expires_at": value(int((clock.utc_now() + KEPT).timestamp()))}


def _sets(sets: dict[str, set[str]]) -> tuple[str, dict[str, Item]]:
    """The changes of an update expression, and their values; DynamoDB takes no empty set."""
    filled = {name: members for name, members in sets.items() if members}
    return (
        ", ".join(f"{name} :{name}" for name in filled),
        {f":{name}": {"SS": sorted(members)} for name, members in filled.items()},
    )


_SEVERITIES = {severity.value[0]: severity for severity in Severity}
_NOT_TOLD = "-"
_OPEN, _CLOSED = "o", "c"
_INSTANCE, _NO_INSTANCE = "i", "-"
_MARKS_AT = 4
_FIRST_MARK = ord("0")


def to_text(conversation: Conversation) -> str:
    codes = sorted({code for one in conversation.incidents.values() for code in one.codes})
    body = {
        "id": conversation.id,
        "cluster": conversation.cluster,
        "reason": conversation.reason,
        "openedAt": to_plain(conversation.opened_at),
        "codes": codes,
        "incidents": {key: _pack(one, codes) for key, one in conversation.incidents.items()},
        "repeats": {key: to_plain(one.repeats) for key, one in conversation.incidents.items() if one.repeats},
        "instances": conversation.instances,
        "worst": conversation.worst and conversation.worst.to_detail(),
        "latest": conversation.latest and conversation.latest.to_detail(),
        "topic": to_plain(conversation.topic),
        "slack": to_plain(conversation.slack),
    }
    return json.dumps(body, separators=(",", ":"))


def from_text(text: str) -> Conversation:
    body = json.loads(text)
    repeats = body.get("repeats", {})
    return Conversation(
        id=body["id"],
        cluster=body["cluster"],
        reason=body["reason"],
        opened_at=from_plain(datetime, body["openedAt"]),
        incidents={
            key: _unpack(packed, body["codes"], repeats.get(key, {})) for key, packed in body["incidents"].items()
        },
        instances=tuple(body["instances"]),
        worst=_notice(body["worst"]),
        latest=_notice(body["latest"]),
        topic=from_plain(TopicState, body["topic"]),
        slack=from_plain(SlackState, body["slack"]),
    )


def _pack(one: Progress, codes: Sequence[str]) -> str:
    """`p-oi01`: severity p(age) t(icket) i(nfo), the severity told or -, o(pen) or c(losed), i(nstance) or -.

    Then one mark for each code that was said, its place in `codes`, counted in characters from "0" on.
    """
    told = one.told.value[0] if one.told else _NOT_TOLD
    flags = (_CLOSED if one.closed else _OPEN) + (_INSTANCE if one.has_instance else _NO_INSTANCE)
    marks = sorted(chr(_FIRST_MARK + codes.index(code)) for code in one.codes)
    return one.severity.value[0] + told + flags + "".join(marks)


def _unpack(packed: str, codes: Sequence[str], repeats: Mapping[str, int]) -> Progress:
    return Progress(
        codes=frozenset(codes[ord(mark) - _FIRST_MARK] for mark in packed[_MARKS_AT:]),
        severity=_SEVERITIES[packed[0]],
        told=_SEVERITIES.get(packed[1]),
        closed=packed[2] == _CLOSED,
        has_instance=packed[3] == _INSTANCE,
        repeats=repeats,
    )


def _notice(detail: Mapping[str, Any] | None) -> Notice | None:
    return Notice.parse({"detail": detail}) if detail else None
