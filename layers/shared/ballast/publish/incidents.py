"""One incident of a conversation: how far it has come, what is known of it to whom, and whether it needs somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from hashlib import blake2b

from ballast.value import dataclass
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import cut

MOST_NEEDS = 12  # members of which the reason is kept; all are counted
RANK = {Severity.INFO: 0, Severity.TICKET: 1, Severity.PAGE: 2}


@dataclass(frozen=True, slots=True)
class Progress:
    """One incident of a conversation. `told` is the severity that the topic's subscribers know it by."""

    codes: frozenset[str] = frozenset()
    severity: Severity = Severity.INFO
    told: Severity | None = None
    closed: bool = False
    has_instance: bool = False
    repeats: Mapping[str, int] = field(default_factory=dict)  # the highest number of each code that is told repeatedly
    about: str = ""  # the instance, group or service
    latest: str = ""  # the code that it has come to, since `at`; of what ended, the one that ended it
    at: datetime | None = None
    stands: Severity = Severity.INFO  # of that code

    @property
    def needs_somebody(self) -> bool:
        """Also where Ballast is done with it and says so by a ticket."""
        return self.stands is not Severity.INFO

    def has(self, notice: Notice) -> bool:
        """Whether this step, or a later telling of it, is known."""
        return notice.code in self.codes and notice.repeat <= self.repeats.get(notice.code, 0)

    @property
    def is_announcement(self) -> bool:
        """It was over when it was first told: something happened, nothing lasts."""
        return self.closed and len(self.codes) == 1

    @property
    def worth_telling(self) -> Severity:
        """What has ended meanwhile wakes nobody."""
        if self.closed and not self.is_announcement and self.severity is Severity.PAGE:
            return Severity.TICKET
        return self.severity

    @property
    def untold(self) -> bool:
        return self.told is None or RANK[self.worth_telling] > RANK[self.told]


@dataclass(frozen=True, slots=True)
class Need:
    """Why one member needs somebody, and what is to be done."""

    about: str
    at: datetime
    severity: Severity
    cause: str  # in few words
    why: str
    impact: str
    next: str


def incident_key(incident: str) -> str:
    """A short stand-in for an incident's name: 64 bits, so a clash among thousands is out of the question."""
    return blake2b(incident.encode(), digest_size=8).hexdigest()


def worst_of(severities: Iterable[Severity]) -> Severity:
    return max(severities, key=RANK.__getitem__, default=Severity.INFO)


def with_notice(before: Progress, notice: Notice) -> Progress:
    after = replace(
        before,
        codes=before.codes | {notice.code},
        severity=worst_of((before.severity, notice.severity)),
        closed=before.closed or notice.closes_incident,
        has_instance=before.has_instance or notice.instance is not None,
        repeats={**before.repeats, notice.code: notice.repeat} if notice.repeat else before.repeats,
        about=before.about or notice.about or notice.instance or "",
    )
    known = (before.closed, before.at or notice.at, before.repeats.get(before.latest, 0), before.latest)
    if known > (notice.closes_incident, notice.at, notice.repeat, notice.code):
        return after
    return replace(after, latest=notice.code, at=notice.at, stands=notice.severity)


def with_need(needs: Mapping[str, Need], key: str, after: Progress, notice: Notice) -> Mapping[str, Need]:
    """The gravest are kept, of these the earliest; who has moved on is struck out."""
    if after.latest != notice.code:
        return needs
    others = {other: need for other, need in needs.items() if other != key}
    if not after.needs_somebody:
        return others
    cause = notice.title.partition(": ")[2]
    need = Need(
        after.about,
        notice.at,
        notice.severity,
        cut(cause, 60),
        cut(notice.why, 240),
        cut(notice.impact, 240),
        cut(notice.next, 400),
    )
    ordered = sorted((others | {key: need}).items(), key=lambda one: (-RANK[one[1].severity], one[1].at, one[1].about))
    return dict(ordered[:MOST_NEEDS])
