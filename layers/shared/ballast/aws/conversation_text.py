"""How is a conversation kept? As one JSON text: a thousand incidents stay far below DynamoDB's 400 KB."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ballast.publish.conversation import Conversation, Progress, SlackState, TopicState
from ballast.words.notice import Notice, Severity

_SEVERITIES = {severity.value[0]: severity for severity in Severity}
_FIRST_MARK = ord("0")


def to_text(conversation: Conversation) -> str:
    codes = sorted({code for one in conversation.incidents.values() for code in one.codes})
    body = {
        "id": conversation.id,
        "cluster": conversation.cluster,
        "reason": conversation.reason,
        "openedAt": conversation.opened_at,
        "codes": codes,
        "incidents": {key: _pack(one, codes) for key, one in conversation.incidents.items()},
        "repeats": {key: one.repeats for key, one in conversation.incidents.items() if one.repeats},
        "instances": conversation.instances,
        "worst": conversation.worst and conversation.worst.to_detail(),
        "latest": conversation.latest and conversation.latest.to_detail(),
        "topic": asdict(conversation.topic),
        "slack": asdict(conversation.slack),
    }
    return json.dumps(body, default=datetime.isoformat, separators=(",", ":"))


def from_text(text: str) -> Conversation:
    body = json.loads(text)
    codes = body["codes"]
    slack = body["slack"] | {"unsaid": tuple(body["slack"]["unsaid"])}
    return Conversation(
        id=body["id"],
        cluster=body["cluster"],
        reason=body["reason"],
        opened_at=datetime.fromisoformat(body["openedAt"]),
        incidents={
            key: _unpack(packed, codes, body.get("repeats", {}).get(key, {}))
            for key, packed in body["incidents"].items()
        },
        instances=tuple(body["instances"]),
        worst=body["worst"] and Notice.parse({"detail": body["worst"]}),
        latest=body["latest"] and Notice.parse({"detail": body["latest"]}),
        topic=TopicState(**_with_times(body["topic"], "told_at", "paged_at", "leased_until")),
        slack=SlackState(**_with_times(slack, "leased_until")),
    )


def _pack(one: Progress, codes: Sequence[str]) -> str:
    """`p-oi02`: severity, told (or -), open or closed, has an instance (or -), then one mark for each code."""
    told = one.told.value[0] if one.told else "-"
    flags = ("c" if one.closed else "o") + ("i" if one.has_instance else "-")
    marks = sorted(chr(_FIRST_MARK + codes.index(code)) for code in one.codes)
    return one.severity.value[0] + told + flags + "".join(marks)


def _unpack(packed: str, codes: Sequence[str], repeats: Mapping[str, int]) -> Progress:
    return Progress(
        codes=frozenset(codes[ord(mark) - _FIRST_MARK] for mark in packed[4:]),
        severity=_SEVERITIES[packed[0]],
        told=_SEVERITIES.get(packed[1]),
        closed=packed[2] == "c",
        has_instance=packed[3] == "i",
        repeats=repeats,
    )


def _with_times(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    times = {name: fields[name] and datetime.fromisoformat(fields[name]) for name in names}
    return fields | times
