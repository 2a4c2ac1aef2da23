"""A conversation as text: a head, which grows no more once it is full, and parts that hold the incidents beyond it.

So what is written grows with what is new: the head and the parts that changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import batched, chain
from typing import Any

from ballast.aws.codec import from_plain, to_plain
from ballast.publish.conversation import Conversation, SlackState, TopicState
from ballast.publish.incidents import Need, Progress, incident_key
from ballast.records.field import text, whole_number
from ballast.value import dataclass
from ballast.words.notice import Notice, Severity

PARTS_MOST = 99
PART = 100  # incidents; 99 parts and the head are written at once at most: twice what a cluster of ECS can hold

_SEVERITIES = {severity.value[0]: severity for severity in Severity}
_NOT_TOLD = "-"
_OPEN, _CLOSED = "o", "c"
_INSTANCE, _NO_INSTANCE = "i", "-"
_MARKS_AT = 4
_FIRST_MARK = ord("0")
_THEN = "|"
# What conversations of 0.1.0 hold of the topic and Slack, always; anything else is left out while it says nothing.
_FIRST_FIELDS = frozenset(
    {"told_at", "paged_at", "owes_closing", "leased_until"}
    | {"channel", "ts", "shown", "shown_closed", "unsaid", "unsaid_count", "unsaid_pages"}
)


def to_texts(conversation: Conversation) -> tuple[str, ...]:
    """The head, then the parts."""
    first, *others = [*batched(conversation.incidents.items(), PART, strict=False)] or [()]
    body = {
        "id": conversation.id,
        "cluster": conversation.cluster,
        "reason": conversation.reason,
        "openedAt": to_plain(conversation.opened_at),
        **_incidents(dict(first), conversation.opened_at),
        "instances": conversation.instances,
        "worst": conversation.worst and conversation.worst.to_detail(),
        "latest": conversation.latest and conversation.latest.to_detail(),
        "topic": _state(conversation.topic, TopicState()),
        "slack": _state(conversation.slack, SlackState()),
    }
    if conversation.needs:
        body["needs"] = to_plain(conversation.needs)
    if others:
        body["parts"] = len(others)
    return (_text(body), *(_text(_incidents(dict(some), conversation.opened_at)) for some in others))


def parts_of(head: str) -> int:
    """How many parts there are beside the head; raises ValueError where nobody would write as many."""
    found = json.loads(head)
    return whole_number(found, "parts", PARTS_MOST) if "parts" in found else 0


def from_texts(texts: Sequence[str]) -> Conversation:
    """Raises UnexpectedEventError or one of codec's UNREADABLE where they are not what `to_texts` made."""
    head, *parts = map(json.loads, texts)
    opened_at = from_plain(datetime, head["openedAt"])
    incidents = chain.from_iterable(_read_incidents(body, opened_at) for body in (head, *parts))
    conversation = Conversation(
        id=text(head, "id"),
        cluster=text(head, "cluster"),
        reason=text(head, "reason"),
        opened_at=opened_at,
        incidents=dict(incidents),
        instances=from_plain(tuple[str, ...], head["instances"]),
        needs={key: from_plain(Need, need) for key, need in head.get("needs", {}).items()},
        worst=_notice(head["worst"]),
        latest=_notice(head["latest"]),
        topic=from_plain(TopicState, head["topic"]),
        slack=from_plain(SlackState, {**head["slack"], **_owed(head["slack"])}),
    )
    _refuse_headless(conversation)
    return conversation


def _owed(slack: Mapping[str, Any]) -> dict[str, int]:
    """Of what is unsaid; versions until 0.1.0 wrote a number below 0 where two functions had said the same."""
    counts = {name: slack[name] for name in ("unsaid_count", "unsaid_pages") if name in slack}
    return {name: 0 for name, count in counts.items() if isinstance(count, int) and count < 0}


def _refuse_headless(conversation: Conversation) -> None:
    """What is told of a conversation is told of the worst and the latest of its incidents."""
    for notice in (conversation.worst, conversation.latest):
        if conversation.incidents and (notice is None or incident_key(notice.incident) not in conversation.incidents):
            raise ValueError("its worst or latest notice is of none of its incidents")


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"))


def _state(state: TopicState | SlackState, empty: TopicState | SlackState) -> dict[str, Any]:
    names = [
        f.name for f in fields(state) if f.name in _FIRST_FIELDS or getattr(state, f.name) != getattr(empty, f.name)
    ]
    plain = to_plain(state)
    return {name: plain[name] for name in names}


def _incidents(incidents: Mapping[str, Progress], opened_at: datetime) -> dict[str, Any]:
    codes = sorted({code for one in incidents.values() for code in one.codes})
    return {
        "codes": codes,
        "incidents": {key: _pack(one, codes, opened_at) for key, one in incidents.items()},
        "repeats": {key: to_plain(one.repeats) for key, one in incidents.items() if one.repeats},
    }


@dataclass(frozen=True, slots=True)
class _Packed:
    incidents: Mapping[str, str]
    repeats: Mapping[str, Mapping[str, int]]


def _read_incidents(body: Mapping[str, Any], opened_at: datetime) -> list[tuple[str, Progress]]:
    codes = from_plain(tuple[str, ...], body["codes"])
    packed = from_plain(_Packed, {"incidents": body["incidents"], "repeats": body.get("repeats", {})})
    packs, repeats = packed.incidents.items(), packed.repeats
    return [(key, _unpack(one, codes, repeats.get(key, {}), opened_at)) for key, one in packs]


def _pack(one: Progress, codes: Sequence[str], opened_at: datetime) -> str:
    """`p-oi01`: severity p(age) t(icket) i(nfo), the severity told or -, o(pen) or c(losed), i(nstance) or -.

    Then one mark for each code that was said, its place in `codes`, counted in characters from "0" on. Then, `|0i12.5|i-1`,
    the mark of the code that it has come to, how grave that is, its seconds after the opening, and what it is about.
    """
    told = one.told.value[0] if one.told else _NOT_TOLD
    flags = (_CLOSED if one.closed else _OPEN) + (_INSTANCE if one.has_instance else _NO_INSTANCE)
    marks = sorted(_mark(code, codes) for code in one.codes)
    begun = one.severity.value[0] + told + flags + "".join(marks)
    if not one.latest or one.at is None:
        return begun
    since = (one.at - opened_at).total_seconds()
    return f"{begun}{_THEN}{_mark(one.latest, codes)}{one.stands.value[0]}{since:g}{_THEN}{one.about}"


def _mark(code: str, codes: Sequence[str]) -> str:
    """Never `|`, however many codes there are."""
    place = _FIRST_MARK + codes.index(code)
    return chr(place + (place >= ord(_THEN)))


def _code(mark: str, codes: Sequence[str]) -> str:
    return codes[ord(mark) - (mark > _THEN) - _FIRST_MARK]


def _unpack(packed: str, codes: Sequence[str], repeats: Mapping[str, int], opened_at: datetime) -> Progress:
    begun, *then = packed.split(_THEN, 2)
    progress = Progress(
        codes=frozenset(_code(mark, codes) for mark in begun[_MARKS_AT:]),
        severity=_SEVERITIES[begun[0]],
        told=_SEVERITIES.get(begun[1]),
        closed=begun[2] == _CLOSED,
        has_instance=begun[3] == _INSTANCE,
        repeats=repeats,
    )
    if not then:
        return progress
    state, about = then
    at = opened_at + timedelta(seconds=float(state[2:]))
    return replace(progress, latest=_code(state[0], codes), stands=_SEVERITIES[state[1]], at=at, about=about)


def _notice(detail: Mapping[str, Any] | None) -> Notice | None:
    return Notice.parse({"detail": detail}) if detail else None
