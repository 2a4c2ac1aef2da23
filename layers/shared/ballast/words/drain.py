"""What on-call reads about the drain of one instance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.view import View
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words.codes import Code
from ballast.words.endings import cut_off_in_words, ended_in_short, how_it_ended
from ballast.words.incident import Incident, clock, count, date, instance_links, say, span
from ballast.words.notice import Notice, Severity, Would

# Of each reason: the code, why in few words, why in a sentence, and what comes next.
STARTED = {
    Reason.SPOT_INTERRUPTION: (
        Code.SPOT_INTERRUPTION,
        "EC2 takes Spot back",
        "EC2 takes this Spot Instance back{goes}.",
        "EC2 terminates it whatever we do.",
    ),
    Reason.CAPACITY_INTERRUPTION: (
        Code.CAPACITY_INTERRUPTION,
        "EC2 takes its reservation",
        "EC2 takes back the interruptible Capacity Reservation that it runs in{goes}.",
        "EC2 terminates it whatever we do.",
    ),
    Reason.LIFECYCLE_HOOK: (
        Code.SCALE_IN,
        "scale-in",
        "Its Auto Scaling group terminates it and our lifecycle hook holds it.",
        "When it is empty, Ballast lets the group go on; at the latest at {deadline}.",
    ),
    Reason.ROOT_VOLUME: (
        Code.ROOT_VOLUME_DRAIN,
        "new root volume",
        "Its Auto Scaling group gives it a new root volume and our lifecycle hook holds it.",
        "When it is empty, Ballast lets the group go on, at the latest at {deadline}; in service again it is set ACTIVE.",
    ),
    Reason.SCHEDULED_CHANGE: (
        Code.SCHEDULED_CHANGE_DRAIN,
        "AWS changes its host",
        "AWS has scheduled a change of its host{goes}.",
        "When it is empty, its Auto Scaling group replaces it.",
    ),
    Reason.INSTANCE_STOPPING: (
        Code.INSTANCE_STOPPING,
        "EC2 ends it unwarned",
        "EC2 is already stopping it, without a warning that reached Ballast.",
        "Ballast cleans up once EC2 has terminated it.",
    ),
    Reason.REBALANCE_RECOMMENDATION: (
        Code.REBALANCE_DRAIN,
        "Spot at risk",
        "EC2 sees an elevated risk that this Spot Instance is interrupted.",
        "When it is empty, its Auto Scaling group replaces it.",
    ),
    Reason.BOTTLEROCKET_UPDATE: (
        Code.BOTTLEROCKET_UPDATE_DRAIN,
        "Bottlerocket update",
        "Ballast updates its Bottlerocket.",
        "When it is empty, it reboots into the update.",
    ),
    Reason.REBALANCING: (
        Code.GIVE_BACK_DRAIN,
        "not needed",
        "It is given back: its tasks fit elsewhere.",
        "When it is empty, its Auto Scaling group terminates it and wants one less.",
    ),
    Reason.REPAIR: (
        Code.REPAIR_DRAIN,
        "it is ill",
        "It is ill, and is to be replaced.",
        "When ECS counts on none of its tasks any more, its Auto Scaling group replaces it.",
    ),
    Reason.DRILL: (
        Code.DRILL_DRAIN,
        "a drill",
        "Somebody tries how it drains, with `ballast test --drain`.",
        "When it is empty, or at {deadline}, Ballast sets it ACTIVE again.",
    ),
}


# Nobody has looked yet whether its services may and can be moved.
MOVING = "It replaces tasks of services elsewhere as far as their limits and the free room allow."
ENDING = "Tasks that still ran there end with it; Ballast tells which once it is gone."


def of_drain(view: View, d: Disruption, *, alone: bool = False) -> Incident:
    """One incident from the first news of the disruption until the instance is gone or serves again.

    Where something else asked for its end, its ordinary steps are news of that; what goes wrong stands `alone`, so that it
    is told for each instance and closed with it.
    """
    links = instance_links(view.cluster, d.instance_id, view.instance)
    if d.part_of and not (alone or d.overran or d.cut_off or d.stranger):
        whole = d.part_of
        return Incident(d.cluster, d.instance_id, whole.reason, whole.incident, whole.since, links, is_part=True)
    return Incident(d.cluster, d.instance_id, d.reason, d.incident, d.started_at, links, attempt=d.set_back or 0)


def drain_started(view: View, d: Disruption, now: datetime) -> Notice:
    code, short, why, then = STARTED[d.reason]
    if d.part_of and d.hook:
        short, why = (
            "it is replaced",
            "Its Auto Scaling group replaces it, as the rollout asked, and our lifecycle hook holds it.",
        )
    # A change is days ahead, so it has its day even when that is today.
    when = date(d.goes_at) if d.reason is Reason.SCHEDULED_CHANGE else clock(d.goes_at, now)
    goes = f" at {when}" if d.goes_at else ""
    told = "drained by somebody else before" if d.foreign else "set to DRAINING"
    ends = d.reason is Reason.INSTANCE_STOPPING  # by then the counts miss what has ended with it
    counted = "" if ends else f"; ECS counts {count(view.counted_tasks, 'task')} on it"
    return say(
        of_drain(view, d), code, Severity.INFO, now, title=f"{d.instance_id} drains: {short}",
        what=f"{d.instance_id} is {told}{counted}.",
        why=why.format(goes=goes),
        impact=f"ECS places nothing new on it. {ENDING if ends else MOVING}",
        next=then.format(deadline=clock(d.deadline, now)),
        would=_drain_would_start(view, d, counted),
    )  # fmt: skip


def _drain_would_start(view: View, d: Disruption, counted: str) -> Would:
    member = view.membership
    ecs_drains = any(p.managed_draining and member and p.group == member.group for p in view.cluster.providers)
    if d.reason is Reason.INSTANCE_STOPPING and member and member.leaves and not ecs_drains:
        return Would(
            f"{d.instance_id} would have been held by our lifecycle hook and drained before {member.group} terminated it.",
            "It goes without a drain: what runs there ends with it.",
            "In dry run no hook is put on the group.",
        )
    if d.reason is Reason.INSTANCE_STOPPING:
        return Would(
            f"{d.instance_id} would be set to DRAINING.", "What runs there ends with it.", "EC2 stops it all the same."
        )
    what = (
        f"{d.instance_id} would be {'followed: somebody else drains it' if d.foreign else 'set to DRAINING'}{counted}."
    )
    if d.forced:
        return Would(what, "It is not drained: what runs there when it goes is cut off.", "It goes all the same.")
    return Would(what, "None: it goes on serving.", "When it were empty, it would be replaced or updated.")


def drain_finished(view: View, d: Disruption, now: datetime) -> Notice:
    then = "EC2 takes it; Ballast closes this once it is gone."
    if d.hook:
        then = f"Its group {d.hook.group} goes on terminating it."
    elif d.reason is Reason.REBALANCING:
        then = "Ballast has its Auto Scaling group terminate it and want one less."
    elif d.raised_from is not None:
        then = "Ballast has its Auto Scaling group terminate it; another one was launched before."
    elif d.reason in (Reason.SCHEDULED_CHANGE, Reason.REBALANCE_RECOMMENDATION, Reason.REPAIR):
        then = "Ballast has its Auto Scaling group terminate it and launch another."
    late = "None."
    if d.overran:
        stopped = "Ballast stopped its tasks then." if d.overran is Phase.FORCED else "Somebody was paged."
        late = f"It was not empty by its drain deadline. {stopped}"
    notice = say(
        of_drain(view, d), Code.DRAIN_FINISHED, Severity.INFO, now, title=f"{d.instance_id} empty after {span(d.started_at, now)}",
        what=f"{d.instance_id} is empty after {span(d.started_at, now)}.{_counted(d)}",
        why="No task but daemons is left on it.", impact=late, next=then,
    )  # fmt: skip
    return replace(notice, figures={"tasks": d.tasks_at_start} if d.tasks_at_start else {})


def _counted(d: Disruption) -> str:
    """ECS's own count at the start has the daemons in it: nobody knows yet how many of them move."""
    return f" ECS counted {count(d.tasks_at_start, 'task')} on it at the start." if d.tasks_at_start else ""


def instance_gone(view: View, d: Disruption, now: datetime) -> Notice:
    cut = f": {cut_off_in_words(d)}" if d.cut_off else ""
    return say(
        of_drain(view, d), Code.INSTANCE_GONE, Severity.INFO, now, title=f"{d.instance_id} gone: {ended_in_short(d)}",
        what=f"{d.instance_id} is terminated, {span(d.started_at, now)} after the first word of it{cut}.",
        why="EC2 says so.",
        impact=how_it_ended(d, now, looked=view.tasks is not None),
        next="Ballast removes its container instance, which ECS still lists." if view.instance else "Nothing more to do.",
        closes=True,
    )  # fmt: skip


def drain_waits(view: View, d: Disruption, why_not: str, now: datetime) -> Notice:
    before, forced = "", ""
    if d.goes_at:
        before = f" before {date(d.goes_at)}"
        hours = view.cluster.policy.forced_lead.total_seconds() / 3600
        forced = f" From {hours:g} h before that date it is drained whatever speaks against it."
    return say(
        of_drain(view, d), Code.DRAIN_WAITS, Severity.INFO, now, title=f"{d.instance_id} not drained yet: {STARTED[d.reason][1]}",
        what=f"{d.instance_id} is to be drained{before}, but not yet.",
        why=f"{STARTED[d.reason][2].format(goes='')} It waits because {why_not}.",
        impact="None so far.", next=f"Ballast tries again every ten minutes.{forced}",
        would=Would(f"{d.instance_id} would be drained{before}, but not yet.", "None.", f"It would be tried again.{forced.replace('it is', 'it would be')}"),
    )  # fmt: skip
