"""What on-call reads about the drain of one instance."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.view import View
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words.links import instance_links
from ballast.words.notice import Notice, Severity
from ballast.words.phrases import clock, date, notice_of, span, tasks

STARTED = {
    Reason.SPOT_INTERRUPTION: (
        "SpotInterruption",
        "EC2 takes this Spot Instance back{goes}.",
        "EC2 terminates it whatever we do.",
    ),
    Reason.LIFECYCLE_HOOK: (
        "ScaleIn",
        "Its Auto Scaling group terminates it and our lifecycle hook holds it.",
        "When it is empty, Ballast lets the group go on; at the latest at {deadline}.",
    ),
    Reason.SCHEDULED_CHANGE: (
        "ScheduledChangeDrain",
        "AWS has scheduled a change of its host{goes}.",
        "When it is empty, its Auto Scaling group replaces it.",
    ),
    Reason.INSTANCE_STOPPING: (
        "InstanceStopping",
        "EC2 is already stopping it, without a warning that reached Ballast.",
        "Ballast cleans up once EC2 has terminated it.",
    ),
    Reason.REBALANCE_RECOMMENDATION: (
        "RebalanceDrain",
        "EC2 sees an elevated risk that this Spot Instance is interrupted.",
        "When it is empty, its Auto Scaling group replaces it.",
    ),
    Reason.BOTTLEROCKET_UPDATE: (
        "BottlerocketUpdateDrain",
        "Ballast updates its Bottlerocket.",
        "When it is empty, it reboots into the update.",
    ),
}


def drain_started(view: View, d: Disruption, now: datetime) -> Notice:
    code, why, then = STARTED[d.reason]
    goes = f" at {clock(d.goes_at)}" if d.goes_at else ""
    told = "drained by somebody else before" if d.foreign else "set to DRAINING"
    return notice_of(
        view, d, now, code, Severity.INFO,
        what=f"{d.instance_id} is {told}: {tasks(view.counted_tasks)} to move.",
        why=why.format(goes=goes),
        impact="ECS starts replacements elsewhere and places nothing new on it.",
        next_=then.format(deadline=clock(d.deadline)),
    )  # fmt: skip


def drain_finished(view: View, d: Disruption, now: datetime) -> Notice:
    then = "EC2 takes it; Ballast closes this once it is gone."
    if d.hook:
        then = f"Its group {d.hook.group} goes on terminating it."
    elif d.reason in (Reason.SCHEDULED_CHANGE, Reason.REBALANCE_RECOMMENDATION):
        then = "Its Auto Scaling group terminates it and launches another."
    moved = "" if d.tasks_at_start is None else f" {tasks(d.tasks_at_start)} moved or ended."
    return notice_of(
        view, d, now, "DrainFinished", Severity.INFO,
        what=f"{d.instance_id} is empty after {span(d.started_at, now)}.{moved}",
        why="No task but daemons is left on it.", impact="None.", next_=then,
    )  # fmt: skip


def instance_gone(view: View, d: Disruption, now: datetime) -> Notice:
    in_time = d.phase is Phase.DRAINED or (view.instance is not None and view.counted_tasks == 0)
    ghost = "Ballast removes its container instance, which ECS still lists."
    return notice_of(
        view, d, now, "InstanceGone", Severity.INFO,
        what=f"{d.instance_id} is terminated, {span(d.started_at, now)} after the first word of it.",
        why="EC2 says so.",
        impact="It was empty in time." if in_time else "It was not known to be empty when it went.",
        next_=ghost if view.instance else "Nothing more to do.",
        closes=True,
    )  # fmt: skip


def drain_waits(view: View, d: Disruption, why_not: str, now: datetime) -> Notice:
    before, forced = "", ""
    if d.goes_at:
        before = f" before {date(d.goes_at)}"
        hours = view.cluster.policy.forced_lead.total_seconds() / 3600
        forced = f" From {hours:g} h before that date it is drained whatever speaks against it."
    return notice_of(
        view, d, now, "DrainWaits", Severity.INFO,
        what=f"{d.instance_id} is to be drained{before}, but not yet.",
        why=f"{STARTED[d.reason][1].format(goes='')} It waits because {why_not}.",
        impact="None so far.", next_=f"Ballast tries again every ten minutes.{forced}",
    )  # fmt: skip


def rebalance_recommended(view: View, at: datetime) -> Notice:
    incident = f"{view.cluster.name}/{view.instance_id}/rebalance/{at:%Y%m%dT%H%M%SZ}"
    return Notice(
        code="RebalanceRecommended",
        severity=Severity.INFO,
        cluster=view.cluster.name,
        instance=view.instance_id,
        reason=Reason.REBALANCE_RECOMMENDATION,
        incident=incident,
        incident_started_at=at,
        at=at,
        what=f"EC2 recommends to move off {view.instance_id}: {tasks(view.counted_tasks)} there.",
        why="EC2 sees an elevated risk that this Spot Instance is interrupted.",
        impact="None so far; an interruption may follow with two minutes' notice.",
        next="Ballast only reports this; set ballast:rebalance-recommendation=drain to have it drained.",
        links=instance_links(view.cluster, view.instance_id, view.instance),
        closes_incident=True,
    )


def drain_cancelled(view: View, d: Disruption, now: datetime) -> Notice:
    return notice_of(
        view, d, now, "DrainCancelled", Severity.INFO,
        what=f"{d.instance_id} was set ACTIVE by somebody else, so Ballast leaves it alone.",
        why="A voluntary drain yields to people.", impact="None.",
        next_="Nothing until the next event about it.", closes=True,
    )  # fmt: skip


def change_passed(view: View, d: Disruption, now: datetime) -> Notice:
    return notice_of(
        view, d, now, "ChangePassed", Severity.INFO,
        what=f"{d.instance_id} still serves although its scheduled change was due at {date(d.goes_at)}.",
        why="AWS moved or cancelled the change, or it needed no stop.", impact="None.",
        next_="Nothing until AWS announces another.", closes=True,
    )  # fmt: skip


def change_cancelled(view: View, d: Disruption, now: datetime) -> Notice:
    return notice_of(
        view, d, now, "ChangeCancelled", Severity.INFO,
        what=f"{d.instance_id} need not be drained: its change of {date(d.goes_at)} is over or called off.",
        why="AWS Health has closed the event.", impact="None.",
        next_="Nothing until AWS announces another.", closes=True,
    )  # fmt: skip


def gave_up_waiting(view: View, d: Disruption, now: datetime) -> Notice:
    return notice_of(
        view, d, now, "GaveUpWaiting", Severity.INFO,
        what=f"{d.instance_id} was not drained: {span(d.started_at, now)} passed without a good moment.",
        why=STARTED[d.reason][1].format(goes=""), impact="None so far.",
        next_="Nothing until the next event about it.", closes=True,
    )  # fmt: skip
