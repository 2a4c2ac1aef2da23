"""A notice: one thing a human may want to know, as the event that carries it.

It travels on the default event bus (source `ballast`, detail-type `Ballast Notice`); docs/events.md documents the schema.
Schema version 1 only ever gains fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from ballast.errors import UnexpectedEventError
from ballast.records.field import (
    checked_text,
    flag,
    items,
    moment,
    name_in,
    part,
    sentence,
    text,
    whole_number,
    wrong,
)
from ballast.value import dataclass
from ballast.words.asked import Asked, read_asked

SOURCE = "ballast"
DETAIL_TYPE = "Ballast Notice"
SCHEMA_VERSION = "1"
CLOCKS_DIFFER = timedelta(minutes=5)
EVERY_CLUSTER = "all clusters"  # the `cluster` of a notice about several, or about Ballast itself


class Severity(StrEnum):
    """PAGE wakes a human now; TICKET waits for working hours; INFO is for the curious."""

    PAGE = "page"
    TICKET = "ticket"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a reader can click."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Would:
    """The sentences of a notice that are otherwise in dry run."""

    what: str
    impact: str
    next: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`incident` is one key for all notices about one thing, so they share a message; `code` says which step of it this is."""

    code: str  # CamelCase, the runbook anchor in docs/operating.md
    severity: Severity
    cluster: str  # name, not ARN
    instance: str | None  # EC2 instance id
    reason: str  # why the incident exists: spot_interruption, lifecycle_hook, foreign_drain, …
    incident: str  # deduplication key, stable over repeats and retries
    incident_started_at: datetime
    at: datetime
    what: str
    why: str
    impact: str
    next: str
    plan: tuple[str, ...] = ()  # what Ballast does (or, in dry run, would do), one line an action
    links: tuple[Link, ...] = ()
    closes_incident: bool = False
    dry_run: bool = False
    would: Would | None = None  # what is said instead where nothing is done; it does not travel
    repeat: int = 0  # counts the notices of one code that is told again, such as progress: a higher number is newer
    title: str = ""  # `i-1 stuck: a standalone task runs`, for subjects; "" = `what` serves
    about: str = ""  # the instance, group or service in a list of several
    asked: Asked | None = None
    figures: Mapping[str, int] = field(default_factory=dict)  # numbers of the sentences, for who adds them up

    @property
    def id(self) -> str:
        """The same notice said twice has the same id; of each instance of a whole it is another."""
        who = f"/{self.instance}" if self.instance and self.instance not in self.incident else ""
        return f"{self.incident}/{self.code}{who}" + (f"/{self.repeat}" if self.repeat else "")

    def not_after(self, now: datetime) -> Self:
        """Nobody tells of the future, as far as clocks agree: what says so would stay the latest word for as long."""
        if max(self.at, self.incident_started_at) <= now + CLOCKS_DIFFER:
            return self
        return replace(self, at=min(self.at, now), incident_started_at=min(self.incident_started_at, now))

    def to_detail(self) -> dict[str, Any]:
        """The `detail` of the event; times are ISO 8601 in UTC."""
        return {
            "schemaVersion": SCHEMA_VERSION,
            "id": self.id,
            "code": self.code,
            "severity": self.severity.value,
            "cluster": self.cluster,
            "instance": self.instance,
            "reason": self.reason,
            "incident": self.incident,
            "incidentStartedAt": self.incident_started_at.isoformat(),
            "at": self.at.isoformat(),
            "what": self.what,
            "why": self.why,
            "impact": self.impact,
            "next": self.next,
            "plan": list(self.plan),
            "links": [{"text": link.text, "url": link.url} for link in self.links],
            "closesIncident": self.closes_incident,
            "dryRun": self.dry_run,
            "repeat": self.repeat,
            **({"title": self.title} if self.title else {}),
            **({"about": self.about} if self.about else {}),
            **({"asked": {**asdict(self.asked), "do": list(self.asked.do)}} if self.asked else {}),
            **({"figures": dict(self.figures)} if self.figures else {}),
        }

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read the notice out of an EventBridge event.

        Raises UnexpectedEventError when a field is missing or has the wrong form.
        """
        try:
            return cls._read(part(event, "detail"))
        except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
            what = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            raise UnexpectedEventError(
                sentence(f"'{DETAIL_TYPE}' event cannot be read: {what}; see docs/events.md for its fields.")
            ) from error

    @classmethod
    def _read(cls, detail: Mapping[str, Any]) -> Self:
        severity = text(detail, "severity")
        if severity not in tuple(Severity):
            raise wrong("severity", severity, f"one of {', '.join(Severity)}")
        return cls(
            code=name_in(detail, "code"),
            severity=Severity(severity),
            cluster=name_in(detail, "cluster"),
            instance=name_in(detail, "instance") if detail["instance"] is not None else None,
            reason=name_in(detail, "reason"),
            incident=name_in(detail, "incident", INCIDENT_MOST),
            incident_started_at=moment(detail, "incidentStartedAt"),
            at=moment(detail, "at"),
            what=text(detail, "what"),
            why=text(detail, "why"),
            impact=text(detail, "impact"),
            next=text(detail, "next"),
            plan=tuple(checked_text("plan", line) for line in items(detail, "plan")),
            links=tuple(_link(link) for link in items(detail, "links")),
            closes_incident=flag(detail, "closesIncident"),
            dry_run=flag(detail, "dryRun"),
            repeat=whole_number(detail, "repeat", REPEAT_MOST) if "repeat" in detail else 0,
            title=text(detail, "title") if "title" in detail else "",
            about=text(detail, "about") if "about" in detail else "",
            asked=read_asked(part(detail, "asked")) if "asked" in detail else None,
            figures=_figures(detail),
        )


INCIDENT_MOST = 1000  # it is part of a key in a table, and of a message's deduplication key
REPEAT_MOST = 10**9
FIGURES_MOST, FIGURE_MOST = 20, 10**15


def _figures(detail: Mapping[str, Any]) -> Mapping[str, int]:
    figures = part(detail, "figures") if "figures" in detail else {}
    if len(figures) > FIGURES_MOST:
        raise wrong("figures", figures, f"at most {FIGURES_MOST} numbers")
    return {name: whole_number(figures, name, FIGURE_MOST) for name in figures}


def _link(link: object) -> Link:
    link = part({"links": link}, "links")
    return Link(text(link, "text"), name_in(link, "url", URL_MOST))


URL_MOST = 10_000  # those above URL are left out of messages
