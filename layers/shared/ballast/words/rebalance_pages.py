"""What on-call reads where somebody is needed: tasks that wait in vain, and rebalancing that stands still; and when that is over.

Each is told at most every four hours. What is told anew is an incident of its own, which closes the one before.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from ballast.facts.view import Cluster
from ballast.value import dataclass
from ballast.words import codes
from ballast.words.codes import Code
from ballast.words.incident import Incident, cluster_link, say, service_link, span
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import cut

OF_SERVICE = "service:"  # before the name, in the group of a task
NAME = 24  # characters of what a title is about


@dataclass(frozen=True, slots=True)
class Kind:
    """`title`: verb; what it is about comes before it, the cause behind."""

    code: Code
    over: Code
    reason: str
    severity: Severity
    title: str
    what: str
    impact: str
    next: str
    is_over: str  # `what` of the end
    ended: str = "waits no more"  # for its title


WAITS = "The tasks wait, and their service or job has fewer than it wants."
KINDS: Final = {
    "impossible": Kind(
        Code.TASK_IMPOSSIBLE, Code.WAITING_OVER, codes.TASK_IMPOSSIBLE, Severity.PAGE, "fits nowhere",
        "A task of {about} can run nowhere, however much is launched.", WAITS,
        "Give the task less, or the group an instance type that takes it. Ballast launches nothing for it until then.",
        "No task of {about} asks for more than there is any more.",
    ),
    "no capacity": Kind(
        Code.NO_CAPACITY, Code.WAITING_OVER, codes.NO_CAPACITY, Severity.PAGE, "gets no capacity",
        "Tasks of {about} have no room, and nothing can be launched for them.", WAITS,
        "Raise the maximum of the group, add types or zones to it, or raise the quota that is named. Ballast goes on trying.",
        "No task of {about} waits for capacity any more.",
    ),
    "no headroom": Kind(
        Code.HEADROOM_MISSING, Code.WAITING_OVER, codes.HEADROOM_MISSING, Severity.TICKET, "lacks headroom",
        "What is to be kept free in {about} has no room, and nothing can be launched for it.",
        "None yet: no task waits. More tasks at once than there is room for would wait for a launch.",
        "Raise the maximum of the group, add types or zones to it, or ask for less headroom. Ballast goes on trying.",
        "The headroom of {about} has its room again.", "has its headroom",
    ),
    "not launched": Kind(
        Code.NO_LAUNCH_FITS, Code.WAITING_OVER, codes.NO_LAUNCH_FITS, Severity.TICKET, "waits",
        "A task of {about} has no room, and no launch is known to bring it.", WAITS,
        "Raise the group by hand, or have it launch only types that take the task, with prices that are known.",
        "No task of {about} waits for room any more.",
    ),
    "probe": Kind(
        Code.PROBE_FAILED, Code.REBALANCE_GOES_ON, codes.PROBE_FAILED, Severity.TICKET, "only reported",
        "Ballast gives back no more instances of {about}: ECS launched another for one that drained.",
        "Nothing more is given back there. No task is affected.",
        "See in the group's activity history that ECS launched then. If it was for another cause, delete the item "
        "`provider#{about}` of the cluster in the table Ledger: then Ballast tries again.",
        "Ballast gives back in {about} again.", "goes on",
    ),
    "agents": Kind(
        Code.REBALANCE_STANDS, Code.REBALANCE_GOES_ON, codes.REBALANCE_STANDS, Severity.INFO, "nothing is given back",
        "Rebalancing stands still in this cluster.",
        "Nothing is given back and no headroom is launched; tasks that wait are launched for all the same.",
        "Nothing for this: AgentsLost or AgentLost tell what to do about the agents. It goes on by itself once they are back.",
        "The agents are back: Ballast gives back again.", "goes on",
    ),
}  # fmt: skip


def page(cluster: Cluster, key: str, sentence: str, now: datetime) -> Notice:
    """`key`: of the page, as `kind about`."""
    kind, about = _split(key)
    named = f"{_shorter(about)} " if about else ""
    sentence = sentence.removeprefix(f"{about}: ").rstrip(".")
    return say(
        _of(cluster, key, now), kind.code, kind.severity, now, title=f"{named}{kind.title}: {cut(_cause(sentence, about), 90)}",
        what=kind.what.replace("{about}", about), why=f"{sentence[:1].upper()}{sentence[1:]}.",
        impact=kind.impact, next=kind.next.replace("{about}", about),
    )  # fmt: skip


class Ended(StrEnum):
    """Why what was told is closed."""

    OVER = "over"
    ANEW = "told anew"
    OFF = "switched off"


def over(cluster: Cluster, key: str, told_at: datetime, now: datetime, how: Ended) -> Notice:
    """`told_at`: of the notice that is closed by this."""
    kind, about = _split(key)
    ago = span(told_at, now)
    short, what, why, impact, then = {
        Ended.OVER: (
            kind.ended, kind.is_over.replace("{about}", about),
            f"The last look at the cluster shows it, {ago} after it was told.", "None any more.", "Nothing to do.",
        ),
        Ended.ANEW: (
            "told anew: it lasts", "It lasts, and is told anew.",
            f"It was told {ago} ago.", "As told by the message that follows.", "See that message.",
        ),
        Ended.OFF: (
            "no longer looked at: Rebalance is off", "Ballast does not look any more whether it lasts.",
            f"Rebalance was set to `off`, {ago} after it was told.", "Not known.", "See for yourself whether it lasts.",
        ),
    }[how]  # fmt: skip
    return say(
        _of(cluster, key, told_at), kind.over, Severity.INFO, now, closes=True,
        title=f"{_shorter(about) or 'rebalancing'} {short}", what=what, why=why, impact=impact, next=then,
    )  # fmt: skip


def is_told(key: str) -> bool:
    """Whether a notice of its own tells it."""
    return any(_is(key, name) for name in KINDS)


def _split(key: str) -> tuple[Kind, str]:
    name = next(name for name in KINDS if _is(key, name))
    return KINDS[name], key.removeprefix(name).strip()


def _is(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name} ")


def _cause(sentence: str, about: str) -> str:
    """Without what stands before it in the title."""
    for begins in (f"a task of {about} ", f"A task of {about} waits, and ", "the headroom lacks "):
        sentence = sentence.removeprefix(begins)
    return sentence.removesuffix(": nothing is given back until they are back")


def _shorter(about: str) -> str:
    """Its beginning and end, as names of one account begin alike; without the word that ECS puts before a service's."""
    name = about.removeprefix(OF_SERVICE).removeprefix("family:")
    return name if len(name) <= NAME else f"{name[: NAME - 10]}..{name[-8:]}"


def _of(cluster: Cluster, key: str, at: datetime) -> Incident:
    kind, about = _split(key)
    name = f"{cluster.name}/rebalance/{cut(key, 400)}/{at:%Y%m%dT%H%M%SZ}"
    service = about.removeprefix(OF_SERVICE) if about.startswith(OF_SERVICE) else ""
    links = (*((service_link(cluster, service),) if service else ()), cluster_link(cluster))
    return Incident(cluster.name, None, kind.reason, name, at, links, about=cut(about, 60))
