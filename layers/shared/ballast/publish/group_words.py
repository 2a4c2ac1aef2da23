"""What is said of several incidents together: counts by state, who needs somebody, a reason for each kind, the end of all."""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest

from ballast.publish.conversation import Conversation
from ballast.publish.incidents import RANK, Need, Progress
from ballast.publish.outcome import all_ended_well, how_they_ended, in_all
from ballast.value import dataclass
from ballast.words.incident import count
from ballast.words.many import STATES, spoken
from ballast.words.shortened import spelled

MOST_NAMES = 5
MOST_KINDS = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """The four sentences of a message."""

    what: str
    why: str
    impact: str
    next: str


def group_title(conversation: Conversation, *, over: bool, raised: bool) -> str:
    """`2 of 8 instances stuck: a standalone task runs`, `Scale-in, 8 instances: 6 empty, 2 draining`."""
    things, reason = _things(conversation), _reason(conversation)
    if over:
        ended = [f"{number} {how}" for number, how in how_they_ended(conversation)] or _states(conversation)
        return f"{reason}, {things}, all over{'' if all_ended_well(conversation) else f': {", ".join(ended)}'}"
    needs = _needing(conversation)
    if raised and needs:
        state = _state(max(needs, key=lambda one: RANK[one.stands]))
        alike = sum(_state(one) == state for one in needs)
        causes = list(dict.fromkeys(need.cause for need in conversation.needs.values() if need.cause))
        said = [cause for cause in causes if not cause[0].isdigit()]  # numbers are those of one member
        cause = f": {said[0]}{' and others' if len(causes) > 1 else ''}" if said else ""
        caution = spoken(conversation.reason).caution
        return f"{caution}{': ' if caution else ''}{alike} of {things} {state}{cause}"
    return f"{reason}, {things}: {', '.join(_states(conversation))}"


def group_facts(conversation: Conversation) -> Facts:
    notice, words = conversation.headline, spoken(conversation.reason)
    who = f"{notice.about}: " if notice.about else ""
    if conversation.needs:
        first = next(iter(conversation.needs.values()))
        kinds = _kinds(conversation)
        return Facts(
            what=_counted(conversation),
            why="\n".join(f"{_named(some, each.about)}: {each.why}" for each, some in kinds),
            impact="\n".join(
                filter(
                    None,
                    (
                        first.impact
                        if first.about and first.about in first.impact
                        else f"{first.about}: {first.impact}",
                        in_all(conversation),
                    ),
                )
            ),
            next="\n".join(dict.fromkeys(each.next for each, _ in kinds)) or first.next,
        )
    example = f"For example {who}" if who else ""
    return Facts(
        what=_counted(conversation),
        why=words.why or f"{example}{notice.why}",
        impact=in_all(conversation) or words.impact or f"{example}{notice.impact}",
        next="Nothing more to do." if conversation.closed else words.next or notice.next,
    )


def members(conversation: Conversation) -> list[str]:
    """Who is named, and how many more there are."""
    first, total = named(conversation), len(_of_interest(conversation))
    return [*first, *([f"+{total - len(first)} more"] if first and total > len(first) else [])]


def named(conversation: Conversation) -> list[str]:
    """Who needs somebody first, then who is under way, five at most; those that are over only when all are."""
    some = [one.about for one in nsmallest(MOST_NAMES, _of_interest(conversation), key=_urgency) if one.about]
    return some or list(conversation.instances[:MOST_NAMES])  # 0.1.0 kept only the first five


def _of_interest(conversation: Conversation) -> list[Progress]:
    everybody = list(conversation.incidents.values())
    return _needing(conversation) or [one for one in everybody if not one.closed] or everybody


def _counted(conversation: Conversation) -> str:
    return f"{_things(conversation)} ({_reason(conversation)}): {', '.join(_states(conversation))}."


def _states(conversation: Conversation) -> list[str]:
    """`2 stuck`, `5 gone`: what needs somebody first, then what is open, the most frequent first."""
    everybody = conversation.incidents.values()
    numbers = Counter(map(_state, everybody))
    gravity: dict[str, tuple[int, bool]] = {}
    for one in everybody:
        gravity.setdefault(_state(one), (RANK[one.stands] if one.needs_somebody else 0, not one.closed))
    ordered = sorted(numbers.items(), key=lambda one: (gravity[one[0]], one[1], one[0]), reverse=True)
    return [f"{number} {state}" for state, number in ordered]


def _state(one: Progress) -> str:
    code = one.latest or min(one.codes, default="")
    return STATES.get(code) or spelled(code).lower()


def _needing(conversation: Conversation) -> list[Progress]:
    return [one for one in conversation.incidents.values() if one.needs_somebody]


def _kinds(conversation: Conversation) -> list[tuple[Need, list[str]]]:
    """Those that need somebody for the same cause together, with the reason of the first of them."""
    by_cause: dict[str, list[Need]] = {}
    for need in conversation.needs.values():
        by_cause.setdefault(need.cause or need.why, []).append(need)
    return [(some[0], [need.about for need in some]) for some in list(by_cause.values())[:MOST_KINDS]]


def _named(some: list[str], first: str) -> str:
    others = len(some) - 1
    return f"{first} and {others} more like it" if others else first or "One"


def _urgency(one: Progress) -> tuple[int, bool, float, str]:
    since = one.at.timestamp() if one.at else 0.0
    return (-RANK[one.stands] if one.needs_somebody else 0, one.closed, since, one.about)


def _things(conversation: Conversation) -> str:
    everybody = conversation.incidents.values()
    return count(len(everybody), "instance" if all(one.has_instance for one in everybody) else _thing(conversation))


def _thing(conversation: Conversation) -> str:
    return spoken(conversation.reason).thing


def _reason(conversation: Conversation) -> str:
    return spoken(conversation.reason).title or spelled(conversation.reason)
