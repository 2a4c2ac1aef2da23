"""A conversation: what is known about one incident or a group of them, and what its readers were told.

It is a value. It counts instead of listing, so a thousand incidents stay small (see aws.conversation_text).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from ballast.publish.incidents import RANK, Need, Progress, incident_key, with_need, with_notice, worst_of
from ballast.value import dataclass
from ballast.words.asked import Asked
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import shortened


@dataclass(frozen=True, slots=True)
class TopicState:
    """What went to the SNS topic. `owes_closing`: a page or ticket went out that nobody has called off.

    `owes_numbers`: a group was told of, and how it ended was not.
    """

    told_at: datetime | None = None
    paged_at: datetime | None = None
    owes_closing: bool = False
    owes_numbers: bool = False
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button. `left`: so many others have to press it as well before anything is done."""

    choice: str
    what: str  # as the button had it
    by: str  # Slack's id of the user
    at: datetime
    click: str  # names the click, so that one that comes again is no second one
    left: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What is open to be decided, and by which incident's news."""

    incident: str
    at: datetime
    asked: Asked


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
    said: int = 0  # replies in the thread
    said_at: datetime | None = None
    broadcast_at: datetime | None = None
    shown_at: datetime | None = None
    question: Question | None = None
    presses: tuple[Press, ...] = ()
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One message to people, with all that it is about."""

    id: str
    cluster: str
    reason: str
    opened_at: datetime
    incidents: Mapping[str, Progress] = field(default_factory=dict)
    instances: tuple[str, ...] = ()  # the first five, of a conversation that 0.1.0 began
    needs: Mapping[str, Need] = field(default_factory=dict)  # by incident
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
        """The worst among what still matters: open incidents, announcements, and endings that need somebody."""
        if self.latest and self._moves_on and len(self.incidents) == 1:
            return self.latest.severity
        still = (one for one in self.incidents.values() if one.is_announcement or one.needs_somebody or not one.closed)
        return worst_of(one.stands if one.closed and one.needs_somebody else one.severity for one in still)

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
        after = with_notice(self.incidents.get(key, Progress()), notice)
        return replace(
            self,
            incidents={**self.incidents, key: after},
            needs=with_need(self.needs, key, after, notice),
            worst=max(filter(None, (self.worst, notice)), key=_gravity),
            latest=max(filter(None, (self.latest, notice)), key=_recency),
            slack=replace(self.slack, question=_question(self.slack.question, notice)),
        )


def _gravity(notice: Notice) -> tuple[int, datetime, str]:
    return RANK[notice.severity], notice.at, notice.id


def _recency(notice: Notice) -> tuple[datetime, bool, int, str]:
    return notice.at, notice.closes_incident, notice.repeat, notice.id


def _question(before: Question | None, notice: Notice) -> Question | None:
    """The latest that was asked stands until its incident is over, whatever else is told of it."""
    if before and notice.at < before.at:
        return before
    if notice.asked and not notice.dry_run:
        return Question(notice.incident, notice.at, notice.asked)
    return None if before and notice.closes_incident and notice.incident == before.incident else before
