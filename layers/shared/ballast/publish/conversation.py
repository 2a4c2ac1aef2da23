"""A conversation: what is known about one incident or a group of them, and what its readers were told.

It is a value. It counts instead of listing, so a thousand incidents stay small (see aws.conversation_text).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from hashlib import blake2b

from ballast.value import dataclass
from ballast.words.notice import Notice, Severity, shortened

MOST_INSTANCES = 5
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
class TopicState:
    """What went to the SNS topic. `owes_closing`: a page or ticket went out that nobody has called off."""

    told_at: datetime | None = None
    paged_at: datetime | None = None
    owes_closing: bool = False
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SlackState:
    """What stands in Slack (`ts` names the parent message, `shown` its contents) and what its thread still lacks."""

    channel: str = ""
    ts: str = ""
    shown: str = ""
    shown_closed: bool = False
    unsaid: tuple[str, ...] = ()
    unsaid_count: int = 0
    unsaid_pages: int = 0
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One message to people, with all that it is about."""

    id: str
    cluster: str
    reason: str
    opened_at: datetime
    incidents: Mapping[str, Progress] = field(default_factory=dict)
    instances: tuple[str, ...] = ()
    worst: Notice | None = None
    latest: Notice | None = None
    topic: TopicState = field(default_factory=TopicState)
    slack: SlackState = field(default_factory=SlackState)

    @property
    def closed(self) -> bool:
        return bool(self.incidents) and all(one.closed for one in self.incidents.values())

    @property
    def is_announcement(self) -> bool:
        return bool(self.incidents) and all(one.is_announcement for one in self.incidents.values())

    @property
    def severity(self) -> Severity:
        """The worst among what still matters: open incidents and announcements."""
        if self.latest and self._moves_on and len(self.incidents) == 1:
            return self.latest.severity
        return worst_of(one.severity for one in self.incidents.values() if one.is_announcement or not one.closed)

    @property
    def headline(self) -> Notice:
        """The notice that says best where things stand; only a conversation without notices has none."""
        worst_is_over = self.worst is None or self.incidents[incident_key(self.worst.incident)].closed
        notice = self.latest if self.closed or worst_is_over or self._moves_on else self.worst
        if notice is None:
            raise ValueError(f"Conversation {self.id} has no notice yet.")
        return notice

    @property
    def _moves_on(self) -> bool:
        """Progress since the ticket says that what it asked for has happened; a page stands until it is closed."""
        worst, latest = self.worst, self.latest
        if worst is None or latest is None or not latest.repeat:
            return False
        return latest.incident == worst.incident and worst.severity is not Severity.PAGE

    @property
    def counts_by_code(self) -> Counter[str]:
        """How many incidents have come to each step."""
        return Counter(code for one in self.incidents.values() for code in one.codes)

    def has(self, notice: Notice) -> bool:
        progress = self.incidents.get(incident_key(notice.incident))
        return progress is not None and progress.has(notice)

    def tell(self, notice: Notice) -> Conversation:
        """Take the notice in; one that is known already changes nothing."""
        if self.has(notice):
            return self
        notice = shortened(notice)
        key = incident_key(notice.incident)
        before = self.incidents.get(key, Progress())
        after = replace(
            before,
            codes=before.codes | {notice.code},
            severity=worst_of((before.severity, notice.severity)),
            closed=before.closed or notice.closes_incident,
            has_instance=before.has_instance or notice.instance is not None,
            repeats={**before.repeats, notice.code: notice.repeat} if notice.repeat else before.repeats,
        )
        return replace(
            self,
            incidents={**self.incidents, key: after},
            instances=_with_instance(self.instances, notice.instance),
            worst=max(filter(None, (self.worst, notice)), key=_gravity),
            latest=max(filter(None, (self.latest, notice)), key=_recency),
        )


def incident_key(incident: str) -> str:
    """A short stand-in for an incident's name: 64 bits, so a clash among thousands is out of the question."""
    return blake2b(incident.encode(), digest_size=8).hexdigest()


def worst_of(severities: Iterable[Severity]) -> Severity:
    return max(severities, key=RANK.__getitem__, default=Severity.INFO)


def _with_instance(instances: tuple[str, ...], instance: str | None) -> tuple[str, ...]:
    if instance is None or instance in instances or len(instances) == MOST_INSTANCES:
        return instances
    return (*instances, instance)


def _gravity(notice: Notice) -> tuple[int, datetime, str]:
    return RANK[notice.severity], notice.at, notice.id


def _recency(notice: Notice) -> tuple[datetime, bool, int, str]:
    return notice.at, notice.closes_incident, notice.repeat, notice.id
