"""What is a notice about, and how is something said about it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ballast.words.codes import Code
from ballast.words.notice import Link, Notice, Severity


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that on-call follows from its beginning to its end; the names are those of `Notice`."""

    cluster: str
    instance: str | None
    reason: str
    key: str  # `Notice.incident`: the same for all that is said about it
    since: datetime
    links: tuple[Link, ...]


def say(
    incident: Incident, code: Code, severity: Severity, now: datetime, *,
    what: str, why: str, impact: str, next: str,  # noqa: A002 - the notice's own word
    closes: bool = False, repeat: int = 0,
) -> Notice:  # fmt: skip
    """The one way to make a notice; the four sentences are what a human reads."""
    return Notice(
        code=code.value,
        severity=severity,
        cluster=incident.cluster,
        instance=incident.instance,
        reason=incident.reason,
        incident=incident.key,
        incident_started_at=incident.since,
        at=now,
        what=what,
        why=why,
        impact=impact,
        next=next,
        links=incident.links,
        closes_incident=closes,
        repeat=repeat,
    )
