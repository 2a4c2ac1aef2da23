"""What on-call reads about one instance that is given back: one incident from its first word until it is gone or serves on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.records.disruption import PartOf, Reason
from ballast.records.rebalancing import Method, Move
from ballast.words.codes import Code
from ballast.words.incident import Incident, count, few, group_link, hour, instance_links, say, span
from ballast.words.money import MICRO, usd_of
from ballast.words.notice import Notice, Severity, Would
from ballast.words.shortened import cut

WHY = {
    Method.IDLE: "It has stood empty for long enough, and no headroom needs it.",
    Method.CONSOLIDATE: "Its tasks fit on instances that run anyway; what is kept free stays free.",
    Method.REPLACE: "A cheaper instance has joined in its place.",
    Method.SCALE_OUT: "It is not needed any more.",
}
FIRST = 1  # before the word of its drain, which comes at the same moment: of two the higher is the latest
NAME = 60  # characters of a service's name


def incident_of(move: Move, instance_id: str = "") -> str:
    """`instance_id` where the move as told is about another instance than the one that it began with."""
    return f"{move.cluster}/{instance_id or move.instance_id}/rebalancing/{move.started_at:%Y%m%dT%H%M%SZ}"


def part_of(move: Move) -> PartOf:
    """What its drain does is news of the move."""
    return PartOf(incident_of(move), Reason.REBALANCING, move.started_at)


def begun(cluster: Cluster, move: Move, now: datetime) -> Notice:
    i, saved = move.instance_id, usd_of(move.saving_usd_per_hour)
    tasks = f": {count(move.tasks, 'task')} {'moves' if move.tasks == 1 else 'move'}" if move.tasks else ": it is empty"
    return say(
        _of(cluster, move), Code.GIVE_BACK, Severity.INFO, now, repeat=FIRST, title=f"{i} is given back: saves {saved}",
        what=f"{i} of {move.group} is given back{tasks}{_onto(move)}. That saves {saved}{_each(move)}.",
        why=WHY[move.method], impact=_impact(move),
        next=f"Once it is empty, {move.group} terminates it and wants one less. If it is not empty at {hour(move.deadline, now)}, "
        f"or a task finds no place, it is set ACTIVE again. {_pause(cluster)}",
        would=Would(f"{i} of {move.group} would be given back{tasks}{_onto(move)}. That would save {saved}{_each(move)}.",
                    "None: it goes on serving.", "Once it were empty, its group would terminate it and want one less."),
    )  # fmt: skip


def cheaper_launched(cluster: Cluster, move: Move, now: datetime) -> Notice:
    i, saved = move.instance_id, usd_of(move.saving_usd_per_hour)
    return say(
        _of(cluster, move), Code.CHEAPER_LAUNCHED, Severity.INFO, now, title=f"{i} is to be replaced: cheaper saves {saved}",
        what=f"{i} of {move.group} is to go for a cheaper instance: {count(move.launched, 'instance')} of {move.home} "
        f"{'is' if move.launched == 1 else 'are'} launched first. That saves {saved}{_each(move)}.",
        why="No other instance has room for all of its tasks, and what they need costs less than it does.",
        impact="None yet: it serves, and for a while both are paid for.",
        next=f"It drains once what is launched has joined; if that has not happened at {hour(move.deadline, now)}, it stays. "
        f"{_pause(cluster)}",
        would=Would(f"{i} of {move.group} would go for a cheaper instance. That would save {saved}{_each(move)}.",
                    "None: it goes on serving.", "It would drain once that had joined."),
    )  # fmt: skip


def cheaper_joined(cluster: Cluster, move: Move, now: datetime) -> Notice:
    i = move.instance_id
    return say(
        _of(cluster, move), Code.CHEAPER_JOINED, Severity.INFO, now, repeat=FIRST, title=f"{i} drains: a cheaper one has joined",
        what=f"{i} of {move.group} is drained: what was launched in its place has joined, {span(move.started_at, now)} after the launch.",
        why=WHY[Method.REPLACE], impact=_impact(move),
        next=f"Once it is empty, {move.group} terminates it and wants one less. If it is not empty at {hour(move.deadline, now)}, it is set ACTIVE again.",
    )  # fmt: skip


def late(cluster: Cluster, move: Move, now: datetime) -> Notice:
    i = move.instance_id
    return say(
        _of(cluster, move), Code.GIVE_BACK_LATE, Severity.TICKET, now, repeat=max(1, move.revision),
        title=f"{i} not gone yet: its group is asked again",
        what=f"{i} of {move.group} is empty and was to be terminated by now; Auto Scaling is asked again.",
        why="Auto Scaling took the request and has not carried it out; a lifecycle hook may hold the instance.",
        impact="It runs no task and costs as before.",
        next=f"Read the activity history of {move.group}. This closes once the instance is gone.",
    )  # fmt: skip


def given_back(cluster: Cluster, move: Move, now: datetime, *, by_us: bool) -> Notice:
    i, saved = move.instance_id, usd_of(move.saving_usd_per_hour)
    how = (
        "Auto Scaling has terminated it, and its group wants one less."
        if by_us
        else "It went before Ballast had its group terminate it."
    )
    notice = say(
        _of(cluster, move), Code.GIVEN_BACK if by_us else Code.GIVE_BACK_DROPPED, Severity.INFO, now, closes=True,
        title=f"{i} is gone: {saved} saved" if by_us else f"{i} is gone: by itself or by others",
        what=f"{i} of {move.group} is gone, {span(move.started_at, now)} after the first word of it.",
        why=how,
        impact=f"{saved} saved{_each(move)}." if by_us else "Its group may launch another, as nothing was lowered for it.",
        next="Nothing more to do.",
    )  # fmt: skip
    return (
        replace(notice, figures={"savedMicroUsdPerHour": max(0, round(move.saving_usd_per_hour * MICRO))})
        if by_us
        else notice
    )


def undone(cluster: Cluster, move: Move, why: str, now: datetime) -> Notice:
    i, where = move.instance_id, move.provider or move.group
    return say(
        _of(cluster, move), Code.GIVE_BACK_UNDONE, Severity.TICKET, now, closes=True,
        title=f"{i} serves again: {cut(why, 60)}",
        what=f"{i} of {move.group} is set ACTIVE again, {span(move.started_at, now)} after it began to be given back.",
        why=f"{why[:1].upper()}{why[1:]}.",
        impact=f"Nothing is saved. {where} rests: nothing is given back there for a while.",
        next="Ballast tries again after the rest. If this comes again, see why those tasks find no place or do not stop.",
    )  # fmt: skip


def dropped(cluster: Cluster, move: Move, why: str, now: datetime, *, instance_id: str = "") -> Notice:
    i = instance_id or move.instance_id
    return say(
        _of(cluster, move, i), Code.GIVE_BACK_DROPPED, Severity.INFO, now, closes=True,
        title=f"{i} stays: {cut(why, 60)}",
        what=f"{i} of {move.group} is not given back after all.", why=f"{why[:1].upper()}{why[1:]}.",
        impact="Nothing is saved; it serves on." if not move.launched else "Nothing is saved; what was launched for it serves, or goes once it stands empty.",
        next="It is looked at again with all others.",
    )  # fmt: skip


def _of(cluster: Cluster, move: Move, instance_id: str = "") -> Incident:
    i = instance_id or move.instance_id
    links = (*instance_links(cluster, i, None), group_link(cluster, move.group))
    return Incident(cluster.name, i, Reason.REBALANCING, incident_of(move, i), move.started_at, links)


def _onto(move: Move) -> str:
    return f" to {count(len(move.receivers), 'other instance')}" if move.tasks and move.receivers else ""


def _each(move: Move) -> str:
    return f", {usd_of(move.saving_usd_per_hour / move.tasks)} a moved task" if move.tasks > 1 else ""


def _impact(move: Move) -> str:
    if not move.tasks:
        return "None: it runs no task but daemons. It counts against the disruption budget until it is gone."
    return (
        f"ECS places nothing new on it and starts its tasks elsewhere, within the limits of their services: {services(move.services)}. "
        "It counts against the disruption budget until it is gone."
    )


def services(names: Sequence[str]) -> str:
    return ", ".join(few([cut(name, NAME) for name in names])) or "unknown"


def _pause(cluster: Cluster) -> str:
    return f"To have nothing more given back: `ballast pause --cluster {cluster.name}`."
