"""The words that every channel shares: the title of a conversation, its counts, its facts, its links."""

from __future__ import annotations

import re

from ballast.publish.conversation import Conversation
from ballast.publish.outcome import all_ended_well, in_all
from ballast.value import dataclass
from ballast.words.codes import spoken
from ballast.words.incident import cluster_page, count
from ballast.words.notice import EVERY_CLUSTER, Link, Notice, Severity

SEVERITIES = {
    Severity.PAGE: "Page: somebody is needed now",
    Severity.TICKET: "Ticket: look at it in working hours",
    Severity.INFO: "Info: nothing to do",
}
ICONS = {Severity.PAGE: "🔴", Severity.TICKET: "🟠", Severity.INFO: "🔵"}
CLOSED_ICON = "✅"
ENDED_ICON = "⚪"  # over, but not as it should be, or nobody saw how
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wording:
    """A conversation in words, each part plain text of any length; channels cut and escape."""

    is_over: bool
    icon: str
    title: str
    severity: str
    what: str
    why: str
    impact: str
    next: str
    instances: str  # "" when none is concerned
    plan: tuple[str, ...]
    plan_title: str
    links: tuple[Link, ...]
    footer: str


def word(conversation: Conversation, pages: Pages) -> Wording:
    notice, over = conversation.headline, is_over(conversation)
    links = notice.links if len(conversation.incidents) == 1 or _is_raised(conversation) else ()
    if not links and conversation.cluster != EVERY_CLUSTER:
        links = (cluster_page(pages.region, conversation.cluster),)
    opened = conversation.opened_at
    return Wording(
        is_over=over,
        icon=(CLOSED_ICON if all_ended_well(conversation) else ENDED_ICON) if over else ICONS[conversation.severity],
        title=title(conversation),
        severity="Over" if over else SEVERITIES[conversation.severity],
        what=_what(conversation),
        why=notice.why or UNKNOWN,
        impact=in_all(conversation) or notice.impact or UNKNOWN,
        next=notice.next or UNKNOWN,
        instances=_instances(conversation),
        plan=notice.plan,
        plan_title="Would do (dry run)" if notice.dry_run else "Plan",
        links=(*links, pages.runbook(notice)),
        footer=f"First seen {opened:%Y-%m-%d %H:%M} UTC, latest news {notice.at:%H:%M:%S} UTC",
    )


def title(conversation: Conversation) -> str:
    """One line that says what matters without opening the message."""
    notice = conversation.headline
    start = f"{'[dry run] ' if notice.dry_run else ''}{conversation.cluster}"
    total = len(conversation.incidents)
    if total == 1:
        return f"{start}: {one_line(notice.what).rstrip(' .') or spelled(notice.code)}"
    things = count(total, _thing(conversation))
    reason = spoken(conversation.reason).title or spelled(conversation.reason)
    if _is_raised(conversation):
        alike = sum(one.severity is notice.severity for one in conversation.incidents.values() if not one.closed)
        return f"{start}: {spelled(notice.code)}, {alike or 1} of {things} ({reason})"
    over = ", all over" if is_over(conversation) else ""
    return f"{start}: {reason}, {things}{over}{'' if all_ended_well(conversation) else ', not all in time'}"


def is_over(conversation: Conversation) -> bool:
    """A closed announcement is not over: it was closed when it was told, and its news still stands."""
    return conversation.closed and not conversation.is_announcement


def counts(conversation: Conversation) -> str:
    """`Drain started 100, Drain finished 60`: the most frequent step first."""
    steps = sorted(conversation.counts_by_code.items(), key=lambda step: (-step[1], step[0]))
    return ", ".join(f"{spelled(code)} {number}" for code, number in steps)


def spelled(name: str) -> str:
    """`DrainStarted` and `drain_started` become `Drain started`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
    return words[:1].upper() + words[1:]


def one_line(text: str) -> str:
    return " ".join(text.split())


def _what(conversation: Conversation) -> str:
    total = len(conversation.incidents)
    what = conversation.headline.what or UNKNOWN
    if total == 1:
        return what
    open_ones = sum(not one.closed for one in conversation.incidents.values())
    state = f"{open_ones} open, {total - open_ones} over. {counts(conversation)}."
    return f"{what}\nIn all: {state}" if _is_raised(conversation) else f"{state}\nFor example: {what}"


def _is_raised(conversation: Conversation) -> bool:
    return not is_over(conversation) and conversation.headline.severity is not Severity.INFO


def _instances(conversation: Conversation) -> str:
    total = sum(one.has_instance for one in conversation.incidents.values())
    shown = conversation.instances
    more = f", +{total - len(shown)} more" if total > len(shown) else ""
    return ", ".join(shown) + more


def _thing(conversation: Conversation) -> str:
    if all(one.has_instance for one in conversation.incidents.values()):
        return "instance"
    return spoken(conversation.reason).thing


@dataclass(frozen=True, slots=True)
class Pages:
    """`runbook_url` is that of docs/operating.md as its readers reach it: in a fork or a mirror it is another."""

    region: str
    runbook_url: str

    def runbook(self, notice: Notice) -> Link:
        return Link("Runbook", f"{self.runbook_url}#{notice.code.lower()}")
