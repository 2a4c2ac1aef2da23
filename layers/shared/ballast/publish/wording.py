"""The words that every channel shares: the title of a conversation, its facts, its links."""

from __future__ import annotations

import re

from ballast.publish.conversation import Conversation
from ballast.publish.group_words import Facts, group_facts, group_title, members
from ballast.publish.outcome import all_ended_well
from ballast.value import dataclass
from ballast.words.codes import Code
from ballast.words.incident import clock, cluster_page, console_domain, date
from ballast.words.notice import EVERY_CLUSTER, Link, Notice, Severity
from ballast.words.shortened import one_line, spelled

SEVERITIES = {
    Severity.PAGE: "Page: somebody is needed now",
    Severity.TICKET: "Ticket: look at it in working hours",
    Severity.INFO: "Info: nothing to do",
}
ICONS = {Severity.PAGE: "🔴", Severity.TICKET: "🟠", Severity.INFO: "🔵"}
CLOSED_ICON = "✅"
ENDED_ICON = "⚪"  # over, but not as it should be, or nobody saw how
UNKNOWN = "unknown"
IN_URL = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]"  # https://www.rfc-editor.org/rfc/rfc3986#section-2
# What ends one incident as another begins: nothing is over.
HANDS_ON = frozenset(
    {Code.BOTTLEROCKET_ROLLOUT_RESUMED, Code.BOTTLEROCKET_ROLLBACK, Code.BOTTLEROCKET_ROLLOUT_SUPERSEDED}
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A conversation in words, each part plain text of any length; channels cut and escape."""

    is_over: bool
    icon: str
    cluster: str  # before the title, with what is said of a dry run
    title: str
    severity: str
    rank: Severity  # the same for channels
    what: str
    why: str
    impact: str
    next: str
    instances: str  # "" when none is concerned
    plan: tuple[str, ...]
    plan_title: str
    links: tuple[Link, ...]
    footer: str

    @property
    def headline(self) -> str:
        return f"{self.cluster}: {self.title}"


def word(conversation: Conversation, pages: Pages) -> Wording:
    notice, over = conversation.headline, is_over(conversation)
    alone = len(conversation.incidents) == 1
    links = tuple(filter(pages.trusts, notice.links)) if alone or is_raised(conversation) else ()
    if not links and conversation.cluster != EVERY_CLUSTER:
        links = (cluster_page(pages.region, conversation.cluster),)
    severity = _severity(conversation)
    facts = _alone(notice) if alone else group_facts(conversation)
    return Wording(
        is_over=over,
        icon=(CLOSED_ICON if all_ended_well(conversation) else ENDED_ICON) if over else ICONS[severity],
        cluster=f"{'[dry run] ' if notice.dry_run else ''}{conversation.cluster}",
        title=title(conversation),
        severity="Over" if over else SEVERITIES[severity],
        rank=severity,
        what=facts.what,
        why=facts.why,
        impact=facts.impact,
        next=facts.next,
        instances="" if alone and not notice.instance else ", ".join(members(conversation)),
        plan=notice.plan,
        plan_title="Would do (dry run)" if notice.dry_run else "Plan",
        links=(*links, pages.runbook(notice)),
        footer=_footer(conversation),
    )


def title(conversation: Conversation) -> str:
    """One line that says what matters without opening the message; the cluster comes before it."""
    if len(conversation.incidents) > 1:
        return group_title(conversation, over=is_over(conversation), raised=is_raised(conversation))
    notice = conversation.headline
    return one_line(notice.title or notice.what).rstrip(" .") or spelled(notice.code)


def is_over(conversation: Conversation) -> bool:
    """A closed announcement is not over: it was closed when it was told, and its news still stands."""
    if len(conversation.incidents) == 1 and conversation.headline.code in HANDS_ON:
        return False
    needs = any(one.needs_somebody for one in conversation.incidents.values())
    return conversation.closed and not conversation.is_announcement and not needs


def is_raised(conversation: Conversation) -> bool:
    needs = any(one.needs_somebody for one in conversation.incidents.values())
    return not is_over(conversation) and (needs or conversation.headline.severity is not Severity.INFO)


def _alone(notice: Notice) -> Facts:
    return Facts(*(text or UNKNOWN for text in (notice.what, notice.why, notice.impact, notice.next)))


def _severity(conversation: Conversation) -> Severity:
    if len(conversation.incidents) == 1 and conversation.closed:
        return conversation.headline.severity
    return conversation.severity


def _footer(conversation: Conversation) -> str:
    opened, latest = conversation.opened_at, conversation.headline.at
    return f"First seen {date(opened)}, latest news {clock(latest, opened)}"


@dataclass(frozen=True, slots=True)
class Pages:
    """`runbook_url` is that of docs/operating.md as its readers reach it: in a fork or a mirror it is another."""

    region: str
    runbook_url: str
    has_buttons: bool = False  # what is asked can be answered in Slack

    def runbook(self, notice: Notice) -> Link:
        """Whatever a code of an event is, an anchor is letters and digits."""
        return Link("Runbook", f"{self.runbook_url}#{re.sub('[^a-z0-9]', '', notice.code.lower())}")

    def trusts(self, link: Link) -> bool:
        """Whether it leads to the console; who may send a notice must not send readers elsewhere."""
        return (
            re.fullmatch(rf"https://([a-z0-9-]+[.])?{re.escape(console_domain(self.region))}/{IN_URL}*", link.url)
            is not None
        )
