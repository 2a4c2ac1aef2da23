"""How is a conversation kept? As one JSON text: a thousand incidents stay far below DynamoDB's 400 KB.

    {"id", "cluster", "reason", "openedAt", "instances": [...],
     "codes":     ["DrainFinished", "DrainStarted"],
     "incidents": {"8a1f…": "p-oi01", ...},        one word for each, see `_pack`
     "repeats":   {"8a1f…": {"RolloutProgress": 3}},
     "worst", "latest": a notice's detail, or null,
     "topic", "slack":  every field of TopicState and SlackState, times as text, null for None}

This is version 1, and what 0.1.0 reads and writes; while both may run, as while an update of the stack is rolled back,
a field may be added and none may go. A form that 0.1.0 could not read says so in a key `version`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ballast.aws.table import from_plain, to_plain
from ballast.publish.conversation import Conversation, Progress, SlackState, TopicState
from ballast.words.notice import Notice, Severity

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
