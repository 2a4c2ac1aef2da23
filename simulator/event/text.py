"""What came of an event, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.event.home import Home


def lines(event: Mapping[str, Any], outcome: Mapping[str, Any], home: Home) -> Iterator[str]:
    yield _clean(f"Event: {event.get('detail-type')} from {event.get('source')}, {event.get('time')}")
    yield _clean(f"Rules: {', '.join(outcome['rules']) or 'none matches, so nothing reads it' + _foreign(event, home)}")
    yield f"Functions: {', '.join(outcome['functions']) or 'none'}"
    yield from _part("Dead letters", outcome["dead_letters"], lambda d: f"{d['queue']}: {d['reason']}")
    yield from _part("Actions", outcome["actions"], _action)
    yield from _part("Notices", outcome["notices"], lambda n: f"{n['severity'].upper()} {n['code']}: {n['what']}")


def _foreign(event: Mapping[str, Any], home: Home) -> str:
    if home.has_sent(event):
        return ""
    came = event.get("account"), event.get("region")
    return f"; it is of account {came[0]} in {came[1]}, the stack of {home.account} in {home.region}"


def _part(title: str, entries: list[dict[str, Any]], said: Any) -> Iterator[str]:
    yield f"{title}: {'' if entries else 'none'}".rstrip()
    for entry in entries:
        yield _clean(f"  {entry['at']:7.1f} s  {said(entry)}")


def _action(action: Mapping[str, Any]) -> str:
    failed = "" if action["outcome"] == "ok" else f" -> {action['outcome']}"
    return f"{action['function']}  {action['call']}  {action['what']}{failed}"


def _clean(text: str) -> str:
    """One line that any terminal can show."""
    return "".join(c if c.isprintable() and not 0xD800 <= ord(c) < 0xE000 else f"\\u{ord(c):04x}" for c in text)
