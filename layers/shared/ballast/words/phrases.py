"""Which phrases do notices about drains share? Numbers with their units, times in UTC, and the frame of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.view import View
from ballast.records.disruption import Disruption
from ballast.words.links import instance_links
from ballast.words.notice import Notice, Severity


def notice_of(
    view: View, d: Disruption, now: datetime, code: str, severity: Severity, *,
    what: str, why: str, impact: str, next_: str, closes: bool = False,
) -> Notice:  # fmt: skip
    return Notice(
        code=code,
        severity=severity,
        cluster=d.cluster,
        instance=d.instance_id,
        reason=d.reason,
        incident=d.incident,
        incident_started_at=d.started_at,
        at=now,
        what=what,
        why=why,
        impact=impact,
        next=next_,
        links=instance_links(view.cluster, d.instance_id, view.instance),
        closes_incident=closes,
    )


def tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def few(lines: Sequence[str]) -> tuple[str, ...]:
    return (*lines[:5], f"and {len(lines) - 5} more") if len(lines) > 5 else tuple(lines)


def span(since: datetime, now: datetime) -> str:
    seconds = max(0, round((now - since).total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S} UTC" if moment else "an unknown time"


def date(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown date"


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
