"""What on-call reads about the drain of one instance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.draining.view import View
from ballast.model import Disruption, Phase, Reason
from ballast.notice import Notice, Severity
from ballast.notices.links import instance_links

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
}


def drain_started(view: View, d: Disruption, now: datetime) -> Notice:
    code, why, then = STARTED[d.reason]
    goes = f" at {_clock(d.goes_at)}" if d.goes_at else ""
    told = "drained by somebody else before" if d.foreign else "set to DRAINING"
    return _notice(
        view, d, now, code, Severity.INFO,
        what=f"{d.instance_id} is {told}: {_tasks(view.counted_tasks)} to move.",
        why=why.format(goes=goes),
        impact="ECS starts replacements elsewhere and places nothing new on it.",
        next_=then.format(deadline=_clock(d.deadline)),
    )  # fmt: skip


def drain_finished(view: View, d: Disruption, now: datetime) -> Notice:
    then = "EC2 takes it; Ballast closes this once it is gone."
    if d.hook:
        then = f"Its group {d.hook.group} goes on terminating it."
    elif d.reason in (Reason.SCHEDULED_CHANGE, Reason.REBALANCE_RECOMMENDATION):
        then = "Its Auto Scaling group terminates it and launches another."
    moved = "" if d.tasks_at_start is None else f" {_tasks(d.tasks_at_start)} moved or ended."
    return _notice(
        view, d, now, "DrainFinished", Severity.INFO,
        what=f"{d.instance_id} is empty after {_span(d.started_at, now)}.{moved}",
        why="No task but daemons is left on it.", impact="None.", next_=then,
    )  # fmt: skip


def instance_gone(view: View, d: Disruption, now: datetime) -> Notice:
    in_time = d.phase is Phase.DRAINED or (view.instance is not None and view.counted_tasks == 0)
    ghost = "Ballast removes its container instance, which ECS still lists."
    return _notice(
        view, d, now, "InstanceGone", Severity.INFO,
        what=f"{d.instance_id} is terminated, {_span(d.started_at, now)} after the first word of it.",
        why="EC2 says so.",
        impact="It was empty in time." if in_time else "It was not known to be empty when it went.",
        next_=ghost if view.instance else "Nothing more to do.",
        closes=True,
    )  # fmt: skip


def drain_waits(view: View, d: Disruption, why_not: str, now: datetime) -> Notice:
    date, forced = "", ""
    if d.goes_at:
        date = f" before {_date(d.goes_at)}"
        hours = view.cluster.policy.forced_lead.total_seconds() / 3600
        forced = f" From {hours:g} h before that date it is drained whatever speaks against it."
    return _notice(
        view, d, now, "DrainWaits", Severity.INFO,
        what=f"{d.instance_id} is to be drained{date}, but not yet.",
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
        what=f"EC2 recommends to move off {view.instance_id}: {_tasks(view.counted_tasks)} there.",
        why="EC2 sees an elevated risk that this Spot Instance is interrupted.",
        impact="None so far; an interruption may follow with two minutes' notice.",
        next="Ballast only reports this; set ballast:rebalance-recommendation=drain to have it drained.",
        links=instance_links(view.cluster, view.instance_id, view.instance),
        closes_incident=True,
    )


def drain_stuck(view: View, d: Disruption, why: Sequence[str], now: datetime) -> Notice:
    then = f"Free it by hand (stop the task, add capacity); Ballast goes on by itself once {d.instance_id} is empty."
    if d.hook:
        then += f" Heartbeats have ended: hook {d.hook.name} lets the instance go within {d.hook.heartbeat_timeout_s // 60} min."
    elif d.goes_at:
        then += f" AWS takes it at {_date(d.goes_at)}."
    return _notice(
        view, d, now, "DrainStuck", Severity.PAGE,
        what=f"{d.instance_id} is not empty after {_span(d.started_at, now)}, its drain deadline.",
        why="What holds it: " + ("; ".join(_few(why)) or "unknown: its tasks could not be read") + ".",
        impact="These tasks are cut off if the instance goes before they end.", next_=then,
    )  # fmt: skip


def drain_forced(view: View, d: Disruption, stopped: int, why: Sequence[str], now: datetime) -> Notice:
    return _notice(
        view, d, now, "DrainForced", Severity.TICKET,
        what=f"{d.instance_id}: {_tasks(stopped)} stopped at the drain deadline.",
        why="The policy says force. What held it: " + ("; ".join(_few(why)) or "nothing any more") + ".",
        impact="Stopped tasks of services are replaced by ECS; others are not.",
        next_="What is protected is left alone; if it still runs in ten minutes, Ballast pages.",
    )  # fmt: skip


def drain_rolled_back(view: View, d: Disruption, why: Sequence[str], now: datetime) -> Notice:
    then = "Ballast does not try again on its own."
    if d.goes_at:
        then = f"Ballast tries again before {_date(d.goes_at)}."
    return _notice(
        view, d, now, "DrainRolledBack", Severity.TICKET,
        what=f"{d.instance_id} is ACTIVE again: its drain did not end within its deadline.",
        why="What held it: " + ("; ".join(_few(why)) or "unknown: its tasks could not be read") + ".",
        impact="None: it takes tasks again and its scale-in protection is as it was.",
        next_=then, closes=d.goes_at is None,
    )  # fmt: skip


def drain_cancelled(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "DrainCancelled", Severity.INFO,
        what=f"{d.instance_id} was set ACTIVE by somebody else, so Ballast leaves it alone.",
        why="A voluntary drain yields to people.", impact="None.",
        next_="Nothing until the next event about it.", closes=True,
    )  # fmt: skip


def drained_outside_group(view: View, d: Disruption, now: datetime) -> Notice:
    date = f" AWS takes it at {_date(d.goes_at)}." if d.goes_at else ""
    return _notice(
        view, d, now, "DrainedOutsideGroup", Severity.TICKET,
        what=f"{d.instance_id} is empty and waits for you to replace it.",
        why=f"It belongs to no Auto Scaling group that could.{date}",
        impact="Its capacity is out of service.", next_="Terminate it, or set it ACTIVE to cancel.",
    )  # fmt: skip


def instance_survived(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "InstanceSurvived", Severity.INFO,
        what=f"{d.instance_id} still runs {_span(d.started_at, now)} after EC2 announced its end.",
        why="EC2 did not take it.",
        impact="None: " + ("somebody else drains it." if d.foreign else "it is ACTIVE again."),
        next_="Nothing until the next event about it.", closes=True,
    )  # fmt: skip


def instance_stopped(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "InstanceStopped", Severity.TICKET,
        what=f"{d.instance_id} is stopped, not terminated, and belongs to no Auto Scaling group.",
        why="EC2 says so.", impact="ECS still lists it as DRAINING.",
        next_="If you start it again, set its container instance ACTIVE.", closes=True,
    )  # fmt: skip


def instance_left(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "InstanceLeft", Severity.INFO,
        what=f"{d.instance_id} left the cluster {_span(d.started_at, now)} after the first word of it.",
        why="ECS does not list it any more.", impact="None.", next_="Nothing more to do.", closes=True,
    )  # fmt: skip


def change_passed(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "ChangePassed", Severity.INFO,
        what=f"{d.instance_id} still serves although its scheduled change was due at {_date(d.goes_at)}.",
        why="AWS moved or cancelled the change, or it needed no stop.", impact="None.",
        next_="Nothing until AWS announces another.", closes=True,
    )  # fmt: skip


def change_cancelled(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "ChangeCancelled", Severity.INFO,
        what=f"{d.instance_id} need not be drained: its change of {_date(d.goes_at)} is over or called off.",
        why="AWS Health has closed the event.", impact="None.",
        next_="Nothing until AWS announces another.", closes=True,
    )  # fmt: skip


def gave_up_waiting(view: View, d: Disruption, now: datetime) -> Notice:
    return _notice(
        view, d, now, "GaveUpWaiting", Severity.INFO,
        what=f"{d.instance_id} was not drained: {_span(d.started_at, now)} passed without a good moment.",
        why=STARTED[d.reason][1].format(goes=""), impact="None so far.",
        next_="Nothing until the next event about it.", closes=True,
    )  # fmt: skip


def _notice(
    view: View, d: Disruption, now: datetime, code: str, severity: Severity, *,
    what: str, why: str, impact: str, next_: str, closes: bool = False,
) -> Notice:  # fmt: skip
    return Notice(
        code=code,
        severity=severity,
        cluster=d.cluster,
        instance=d.instance_id,
        reason=d.reason,
        incident=d.incident,
        incident_started_at=d.started_at,
        at=now,
        what=what,
        why=why,
        impact=impact,
        next=next_,
        links=instance_links(view.cluster, d.instance_id, view.instance),
        closes_incident=closes,
    )


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _few(lines: Sequence[str]) -> tuple[str, ...]:
    return (*lines[:5], f"and {len(lines) - 5} more") if len(lines) > 5 else tuple(lines)


def _span(since: datetime, now: datetime) -> str:
    seconds = max(0, round((now - since).total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S} UTC" if moment else "an unknown time"


def _date(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown date"
