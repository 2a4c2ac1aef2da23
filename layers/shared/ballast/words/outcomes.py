"""What on-call reads when a drain does not end as it should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ballast.facts.view import View
from ballast.records.disruption import Disruption, Reason
from ballast.words.codes import Code
from ballast.words.drain import STARTED, of_drain
from ballast.words.endings import cut_off_in_words, ended_in_short, how_it_ended, tasks_in_words
from ballast.words.held import Held, in_short, remedies
from ballast.words.incident import clock, count, date, few, runs, say, span
from ballast.words.notice import Notice, Severity


def drain_stuck(view: View, d: Disruption, why: Sequence[Held], now: datetime) -> Notice:
    remedy = remedies(why) or "Look what runs there and free it by hand."
    then = f"{remedy} Ballast goes on by itself once {d.instance_id} is empty."
    if d.hook:
        then += f" Heartbeats have ended: hook {d.hook.name} lets the instance go within {d.hook.heartbeat_timeout_s // 60} min."
    elif d.goes_at:
        then += f" AWS takes it at {date(d.goes_at)}."
    return say(
        of_drain(view, d, alone=True), Code.DRAIN_STUCK, Severity.PAGE, now, title=f"{d.instance_id} stuck: {in_short(why)}",
        what=f"{d.instance_id} is not empty after {span(d.started_at, now)}, its drain deadline.",
        why="What holds it: " + ("; ".join(few([each.why for each in why])) or "unknown: its tasks could not be read") + ".",
        impact="These tasks are cut off if the instance goes before they end.", next=then,
    )  # fmt: skip


def drain_forced(view: View, d: Disruption, stopped: int, why: Sequence[Held], now: datetime) -> Notice:
    return say(
        of_drain(view, d, alone=True), Code.DRAIN_FORCED, Severity.TICKET, now, title=f"{d.instance_id} forced: {count(stopped, "task")} stopped",
        what=f"{d.instance_id}: {count(stopped, "task")} stopped at the drain deadline.",
        why="The policy says force. What held it: " + ("; ".join(few([each.why for each in why])) or "nothing any more") + ".",
        impact="Stopped tasks of services are replaced by ECS; others are not.",
        next="What is protected is left alone; if it still runs in ten minutes, Ballast pages.",
    )  # fmt: skip


def drain_rolled_back(view: View, d: Disruption, why: Sequence[Held], now: datetime) -> Notice:
    then = "Its rollout tries again later." if d.told_by_rollout else "Ballast does not try again on its own."
    if d.reason is Reason.REBALANCING:
        then = "It is looked at again with all others, after a rest."
    if d.reason is Reason.REPAIR:
        then = "Ballast tries again in an hour, while it is ill."
    if d.goes_at:
        then = f"Ballast tries again before {date(d.goes_at)}."
    return say(
        of_drain(view, d), Code.DRAIN_ROLLED_BACK, Severity.TICKET, now, title=f"{d.instance_id} back in service: {in_short(why)}",
        what=f"{d.instance_id} is ACTIVE again: its drain did not end within its deadline.",
        why="What held it: " + ("; ".join(few([each.why for each in why])) or "unknown: its tasks could not be read") + ".",
        impact="None: it takes tasks again and its scale-in protection is as it was.",
        next=then, closes=d.goes_at is None,
    )  # fmt: skip


def drain_set_back(view: View, d: Disruption, now: datetime) -> Notice:
    then = "Its rollout tries again after the pause." if d.told_by_rollout else "Ballast does not try again on its own."
    if d.reason is Reason.REBALANCING:
        then = "It is looked at again with all others, after the pause."
    if d.reason is Reason.REPAIR:
        then = "Ballast tries again after the pause, while it is ill."
    if d.goes_at:
        then = f"Ballast tries again after the pause, before {date(d.goes_at)}."
    pause = view.cluster.policy.pause(now)
    why = pause.words if pause else "Ballast was paused"
    if d.reason is Reason.REBALANCING and pause is None:
        why, then = "Rebalancing has undone its move, and has said why", "It is looked at again with all others."
    return say(
        of_drain(view, d), Code.DRAIN_ROLLED_BACK, Severity.INFO, now,
        what=f"{d.instance_id} is ACTIVE again: its drain, which nothing forces, was given up.",
        why=f"{why}.",
        impact="None: it takes tasks again and its scale-in protection is as it was.",
        next=then, closes=d.goes_at is None,
    )  # fmt: skip


def drained_outside_group(view: View, d: Disruption, now: datetime) -> Notice:
    goes = f" AWS takes it at {date(d.goes_at)}." if d.goes_at else ""
    why, then = "It belongs to no Auto Scaling group that could.", "Terminate it, or set it ACTIVE to cancel."
    if view.membership:
        why = f"It is {view.membership.lifecycle_state} in {view.membership.group}, which replaces only what is in service."
        then = "Terminate it, or end its standby: then its group replaces it."
    return say(
        of_drain(view, d, alone=True), Code.DRAINED_OUTSIDE_GROUP, Severity.TICKET, now, title=f"{d.instance_id} empty: no group replaces it",
        what=f"{d.instance_id} is empty and waits for you to replace it.",
        why=f"{why}{goes}",
        impact="Its capacity is out of service.", next=then,
    )  # fmt: skip


def instance_survived(view: View, d: Disruption, now: datetime) -> Notice:
    what, why = (
        f"{d.instance_id} still runs {span(d.started_at, now)} after EC2 announced its end.",
        "EC2 did not take it.",
    )
    if d.stopped_since:
        what, why = (
            f"{d.instance_id} runs again, {span(d.stopped_since, now)} after EC2 stopped it.",
            "It was started again.",
        )
    elif d.by_its_group:
        what = f"{d.instance_id} is in service again, {span(d.started_at, now)} after its group took it out."
        why = "Its group did not terminate it."
    return say(
        of_drain(view, d), Code.INSTANCE_SURVIVED, Severity.INFO, now, title=f"{d.instance_id} serves again: it was not ended",
        what=what,
        why=why,
        impact=_impact_of_survival(d),
        next="Nothing until the next event about it.", closes=True,
    )  # fmt: skip


def _impact_of_survival(d: Disruption) -> str:
    if d.update_waits_since:
        return "Its update goes on; it serves once that is over."
    now = "somebody else drains it." if d.foreign else "it is ACTIVE again."
    if d.by_its_group and d.emptied_at is None:
        when = "its group let it go on: what still ran there may have ended"
        if d.reason is Reason.ROOT_VOLUME:
            when = "its root volume was replaced: what still ran there ended"
        return f"It was not known to be empty when {when}. Now {now}"
    return f"None: {now}"


def instance_stopped(view: View, d: Disruption, now: datetime) -> Notice:
    """Nobody need do anything about one that a warm pool keeps."""
    member = view.membership
    severity = Severity.INFO if member and member.in_warm_pool else Severity.TICKET
    where = f"is {member.lifecycle_state} in {member.group}" if member else "belongs to no Auto Scaling group"
    return say(
        of_drain(view, d, alone=True), Code.INSTANCE_STOPPED, severity, now, title=f"{d.instance_id} stopped: not terminated",
        what=f"{d.instance_id} is stopped, not terminated, and {where}.",
        why="EC2 and Auto Scaling say so." if member else "EC2 says so.", impact=f"ECS still lists it as DRAINING. {how_it_ended(d, now, looked=view.tasks is not None)}",
        next="Whoever drains it decides what comes next." if d.foreign else
        "If it is started again, Ballast sets its container instance ACTIVE.", closes=True,
    )  # fmt: skip


def held_for_stranger(view: View, d: Disruption, now: datetime) -> Notice:
    group = d.hook.group if d.hook else d.group
    return say(
        of_drain(view, d, alone=True), Code.HELD_FOR_STRANGER, Severity.TICKET, now, title=f"{d.instance_id} held: its cluster is not managed",
        what=f"{d.instance_id} of group {group} is about to go, and is in cluster {view.stranger}, which is not managed.",
        why=f"Group {group} serves more than one cluster, and Ballast does not touch those without ballast:managed=true.",
        impact=f"{runs(view.counted_tasks, 'task')} on it; nobody moves what runs there unless you do.",
        next=f"Our hook holds it until it is empty, at the latest until {clock(d.deadline, now)}. Drain it, or tag the cluster.",
    )  # fmt: skip


def instance_left(view: View, d: Disruption, now: datetime) -> Notice:
    return say(
        of_drain(view, d), Code.INSTANCE_LEFT, Severity.INFO, now, title=f"{d.instance_id} left the cluster: {ended_in_short(d)}",
        what=f"{d.instance_id} left the cluster {span(d.started_at, now)} after the first word of it.",
        why="ECS does not list it any more.", impact=how_it_ended(d, now, looked=view.tasks is not None),
        next="Nothing more to do.", closes=True,
    )  # fmt: skip


def tasks_cut_off(view: View, d: Disruption, now: datetime) -> Notice:
    notice = say(
        of_drain(view, d, alone=True), Code.TASKS_CUT_OFF, Severity.TICKET, now, title=f"{d.instance_id} gone: {cut_off_in_words(d)}",
        what=f"{d.instance_id} went before all its tasks had ended: {cut_off_in_words(d)}.",
        why=_why_it_went(d),
        impact=f"What they were doing is lost: {tasks_in_words(d.cut_off or ())}. ECS starts those of services elsewhere.",
        next="Look what the tasks were doing. A drain that is too slow needs shorter stop timeouts and deregistration delays.",
    )  # fmt: skip
    return replace(notice, figures={"tasks": len(d.cut_off or ())})


def _why_it_went(d: Disruption) -> str:
    if d.hook and d.overran:
        return "Its lifecycle hook held it as long as it could; they had not ended by then."
    if d.reason is Reason.INSTANCE_STOPPING:
        return "EC2 stopped or terminated it without a warning that reached Ballast, so nothing could move them."
    return f"{STARTED[d.reason][2].format(goes='')} They had not ended by then."
