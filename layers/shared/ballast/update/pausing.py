"""What a pause and its end do to the clusters that they name, and what people read about it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ballast.facts.view import Cluster
from ballast.records.command import Command, CommandKind, overtaken
from ballast.records.disruption import Disruption
from ballast.records.fingerprint import of_pause
from ballast.records.pause import Pause, ending
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.value import dataclass
from ballast.words.incident import count, date

MOST_NAMED = 10  # clusters

if TYPE_CHECKING:
    from typing import Protocol

    class Books(Protocol):
        """What the ledger holds about one cluster."""

        @property
        def disruptions(self) -> tuple[Disruption, ...]: ...
        @property
        def rollouts(self) -> tuple[Rollout, ...]: ...
        @property
        def updates(self) -> tuple[InstanceUpdate, ...]: ...
        @property
        def pause(self) -> Pause | None: ...


@dataclass(frozen=True, slots=True)
class Ruling:
    """`changes`: pauses as they are to be; `lines` answer the command."""

    lines: tuple[str, ...]
    changes: tuple[Pause, ...] = ()
    ok: bool = True


def unknown(command: Command, clusters: Mapping[str, object]) -> str | None:
    """Why nobody can obey it, in a sentence; None where its cluster is managed, or one is where it names none."""
    if not clusters:
        return "Ballast looks after no cluster in this account and Region."
    known = command.cluster is None or command.cluster in clusters
    return None if known else f"{unknown_cluster(str(command.cluster), clusters)}."


def unknown_cluster(name: str, clusters: Iterable[str]) -> str:
    """Beside those that are known, in words."""
    some = sorted(clusters)
    more = f" and {len(some) - MOST_NAMED} more" if len(some) > MOST_NAMED else ""
    return f"Ballast looks after no cluster {name} here, but after {', '.join(some[:MOST_NAMED])}{more}"


def rule(command: Command, clusters: Sequence[Cluster], books: Mapping[str, Books], now: datetime) -> Ruling | None:
    """Over these clusters, whose books must be known; None = it is for rollouts to obey.

    `resume` takes off the last brake: while a pause holds it ends that and nothing else, else it goes on with what is halted.
    """
    if command.kind is CommandKind.PAUSE:
        return _pause(command, clusters, books, now)
    if command.kind is not CommandKind.RESUME or command.variant or command.arch:
        return None
    if command.plan:
        clusters = [c for c in clusters if _is_shown(books[c.name].pause, command)]
        if not clusters:
            return Ruling(
                ("The pause that was shown is over, or another has taken its place: nothing was changed.",), ok=False
            )
    later = _later(command, clusters, books)
    clusters = [c for c in clusters if c.name not in later]
    by_word = {c.name: p for c in clusters if (p := books[c.name].pause) and _ends(p, command, now)}
    tagged = [c for c in clusters if c.policy.paused and c.policy.paused.holds(now)]
    stays = (
        *later.values(),
        *(f"{c.name} stays paused by {c.policy.paused.by}: take it away." for c in tagged if c.policy.paused),
    )
    if by_word:
        return _resume(command, by_word, books, stays, now)
    if stays:
        return Ruling(stays, ok=False)
    if command.cluster is None:
        return Ruling(("Nothing is paused. Name a cluster to go on with its halted rollouts.",), ok=False)
    return None


def _pause(command: Command, clusters: Sequence[Cluster], books: Mapping[str, Books], now: datetime) -> Ruling:
    later, said_at = _later(command, clusters, books), min(command.at, now)
    wanted = [
        Pause(c.name, command.who, None, None, command.reason, command.id, said_at)
        for c in clusters
        if c.name not in later
    ]
    pauses = tuple(ending(pause, min(command.at, now), command.span) for pause in wanted)
    lines = (f"{p.cluster} is paused until {date(p.until)}. {_what_becomes(books[p.cluster])}" for p in pauses)
    return Ruling((*lines, *later.values()), pauses, ok=bool(pauses))


def _later(command: Command, clusters: Sequence[Cluster], books: Mapping[str, Books]) -> dict[str, str]:
    """The clusters of whose pause somebody has spoken since, in words."""
    pauses = {c.name: pause for c in clusters if (pause := books[c.name].pause)}
    return {
        name: f"Nothing was changed for {name}: what was said later, at {pause.said_at:%H:%M:%S} UTC, stands."
        for name, pause in pauses.items()
        if overtaken(command, pause)
    }


def _what_becomes(books: Books) -> str:
    """Of what is under way: what goes on, and what is left in which state."""
    forced = sum(d.forced for d in books.disruptions)
    back = sum(d.takes_budget for d in books.disruptions)
    stages = [update.stage for update in books.updates]
    booted = sum(stage in (Stage.REBOOTING, Stage.RETURNING) for stage in stages)
    prepared = sum(stage in (Stage.CHECKING, Stage.STAGING, Stage.STAGED) for stage in stages)
    refreshed = [r.refreshing for r in books.rollouts if r.refreshing]
    parts = [
        f"goes on: {count(forced, 'drain')} of instances that go anyway" if forced else "",
        f"goes on: {count(booted, 'instance')} rebooted for an update, until it is verified" if booted else "",
        f"goes back to ACTIVE: {count(back - booted, 'instance')} that nothing forces to drain"
        if back > booted
        else "",
        f"serves on: {count(prepared, 'instance')} prepared for an update" if prepared else "",
        f"is cancelled: the instance refresh of {', '.join(refreshed)}" if refreshed else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f"Nothing voluntary begins; {said}." if said else "Nothing voluntary begins, and nothing is under way."


def _is_shown(pause: Pause | None, command: Command) -> bool:
    """Who is asked about one pause ends no other, nor goes on with what is halted; heard twice, it is the one that it ended."""
    return pause is not None and (of_pause(pause) == command.plan or bool(command.id and pause.said == command.id))


def _ends(pause: Pause, command: Command, now: datetime) -> bool:
    """By this command, now or when it was first heard."""
    return pause.holds(now) or (command.id is not None and pause.said == command.id)


def _resume(
    command: Command, pauses: Mapping[str, Pause], books: Mapping[str, Books], stays: tuple[str, ...], now: datetime
) -> Ruling:
    """The entry stays, over: so the same command, heard again, does not go on to what is halted."""
    changes = tuple(
        replace(p, until=now, said=command.id, said_at=min(command.at, now), at=p.at or now, by=command.who)
        for p in pauses.values()
        if p.holds(now)
    )
    lines = [f"The pause of {name} is over; what waited goes on within minutes." for name in pauses]
    halted = [
        f"The rollout of {r.target} to {r.variant} {r.arch} in {name} stays halted ({r.halted_reason}): "
        f"`ballast resume --cluster {name}` once more goes on with it."
        for name in pauses
        for r in books[name].rollouts
        if r.state is RolloutState.HALTED
    ]
    return Ruling((*lines, *halted, *stays), changes)
