"""Decide the next step of a disruption that runs, from what is true now. Called on every event and by the sweep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.drain.deadline import may_be_set_back, plan_deadline, plan_rollback, plan_set_back, plan_unread
from ballast.drain.end import plan_closed, plan_empty, plan_taken, plan_terminated, remembered, stop_standalone
from ballast.drain.heartbeat import heartbeat_is_due
from ballast.drain.start import begin, plan_voluntary
from ballast.drain.survivor import plan_hook_goes_on, plan_stopped, plan_survivor, serves_again, stays_stopped
from ballast.drain.unregistered import drain_elsewhere, plan_unregistered, tell_stranger
from ballast.facts.last_look import is_unlisted
from ballast.facts.view import ABSENT, NOTHING_RUNS, InstanceStatus, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, SendHeartbeat, StartDraining, StopTask, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import SURVIVED_AFTER, TAKEN_BY_EC2, Disruption, Phase, Reason
from ballast.words import called_off
from ballast.words import drain as say


def plan_progress(view: View, now: datetime, *, may_begin: bool = True) -> Plan:
    """The next step, or an empty plan that says what it waits for. Voluntary ones begin only if `may_begin`."""
    known = view.disruption
    if known is None:
        return Plan("nothing is being done to it")
    if view.is_gone(now):
        return plan_terminated(view, known, now)
    if known.reason is Reason.DRILL:
        from ballast.drain.drill import plan_drill  # noqa: PLC0415 - few drains are drills

        if plan := plan_drill(view, known, now, may_begin=may_begin):
            return plan
    return _remember(view, known, _next_step(view, known, now, may_begin=may_begin), now)


def _remember(view: View, known: Disruption, plan: Plan, now: datetime) -> Plan:
    """With when it was first not seen, by EC2 or by ECS; an answer that has it forgets that."""
    absent_since, unlisted_since = known.absent_since, known.unlisted_since
    if view.ec2_state is not None:
        absent_since = (absent_since or now) if view.ec2_state == ABSENT else None
    if view.records or view.unlisted:
        unlisted_since = (unlisted_since or now) if view.unlisted else None
    after = replace(known, absent_since=absent_since, unlisted_since=unlisted_since)
    if after == known or any(isinstance(action, (Claim, Record)) for action in plan.actions):
        return plan  # what is written otherwise goes first; the next look remembers
    return Plan(plan.reason, (*plan.actions, Record(known, next_revision(after))))


def _next_step(view: View, known: Disruption, now: datetime, *, may_begin: bool) -> Plan:
    instance = view.instance
    if known.phase is Phase.ROLLED_BACK:
        over = known.retry_at is None or now >= known.retry_at
        return Plan("rolled back", (Record(known, None),) if over else ())
    if known.phase is Phase.ROLLING_BACK:
        return plan_rollback(view, known, now)
    if serves_again(view, known, now):
        return plan_survivor(view, known, now)
    if told := tell_stranger(view, known, now):
        return told
    if instance is None:
        return _plan_unregistered(view, known, now)
    if known.phase is Phase.WAITING:
        return _plan_waiting(view, known, now, may_begin=may_begin)
    if may_be_set_back(view, known, now):
        return plan_set_back(view, known, now)
    if view.ec2_state == "stopped" and stays_stopped(view):
        return plan_stopped(view, known, now)
    if instance.status is InstanceStatus.REGISTERING:
        return Plan("it is still registering")
    if instance.status is InstanceStatus.ACTIVE:
        return _plan_active(view, known, now)
    if known.phase is Phase.CLAIMED:
        silent = instance.status in NOTHING_RUNS or known.told_by_rollout
        started = () if silent else (Tell(say.drain_started(view, known, now)),)
        return Plan("it drains", (*started, Record(known, next_revision(replace(known, phase=Phase.DRAINING)))))
    return _plan_draining(view, known, now)


def _plan_unregistered(view: View, known: Disruption, now: datetime) -> Plan:
    """In another cluster it is drained and waited for as in its own; meanwhile its hook is kept."""
    if not view.others:
        plan = plan_unregistered(view, known, now)
        return plan if plan.actions else _beat(view, known, now) or plan_unread(view, known, now) or plan
    if known.phase is Phase.WAITING:
        return Plan(f"it is in {view.others[0].cluster} now")
    return _plan_draining(view, known, now)


def _no_longer_empty(known: Disruption) -> tuple[Action, ...]:
    """ECS may have placed tasks where it serves again, so nobody says later that it was empty."""
    if known.emptied_at is None:
        return ()
    return (Record(known, next_revision(replace(known, phase=Phase.DRAINING, emptied_at=None))),)


def _begun_as_it_joins(view: View, known: Disruption, now: datetime) -> tuple[Action, ...]:
    """Told as any drain that begins: our hook held it before it was in a cluster, and nobody has heard of it."""
    if known.tasks_at_start is not None:
        return ()
    here = view.instance.arn if view.instance else known.container_instance
    begun = replace(
        known, tasks_at_start=view.counted_tasks, begun_at=now, container_instance=here, unlisted_since=None
    )
    told = () if known.told_by_rollout else (Tell(say.drain_started(view, known, now)),)
    return (*told, Record(known, next_revision(begun)))


def _plan_draining(view: View, known: Disruption, now: datetime) -> Plan:
    if moved := drain_elsewhere(view, known):
        first = _begun_as_it_joins(view, known, now)
        return Plan("it has registered again and serves there", (*moved, *(first or _no_longer_empty(known))))
    if known.phase is Phase.DRAINED and not known.held_by_our_hook:
        return plan_empty(view, known, now)
    if view.ec2_state in ("shutting-down", "stopping"):
        return plan_taken(view, known)
    if known.signal is not None:
        from ballast.drain.replace_first import plan_overtaken  # noqa: PLC0415 - few drains are of an ill instance
        from ballast.drain.unheard import is_released, plan_unheard  # noqa: PLC0415 - the same

        if overtaken := plan_overtaken(view, known, now):
            return overtaken
        if is_released(view, known) and not is_unlisted(view, now) and (unheard := plan_unheard(view, known, now)):
            return unheard
    if view.ec2_state == "stopped" or (view.empty and not is_unlisted(view, now)):
        return plan_empty(view, known, now)
    if known.phase in (Phase.DRAINING, Phase.FORCING, Phase.FORCED) and _past(known.outcome_at, now):
        if held := plan_hook_goes_on(view, known, now):
            return held
        if known.reason in TAKEN_BY_EC2 and view.ec2_state in (None, ABSENT):
            return Plan("whether EC2 still runs it has to be read first")
        return plan_deadline(view, known, now)
    if known.phase is Phase.FORCING:
        return plan_deadline(view, known, now)
    stops = stop_standalone(view)
    why = (
        "ECS does not list all that it counted on it yet"
        if view.empty
        else f"{view.counted_tasks} tasks are still counted on it"
    )
    return _beat(view, known, now, stops) or Plan(why, stops)


def _beat(view: View, known: Disruption, now: datetime, stops: tuple[StopTask, ...] = ()) -> Plan | None:
    """A heartbeat, where one is due."""
    hook = known.hook
    if hook is None or not heartbeat_is_due(known, now):
        return None
    beat = SendHeartbeat(hook.group, hook.name, known.instance_id, hook.token)
    later = next_revision(replace(remembered(view, known, now), hook=replace(hook, waits_since=now)))
    return Plan("its hook needs a heartbeat", (*stops, beat, Record(known, later)))


def _plan_active(view: View, known: Disruption, now: datetime) -> Plan:
    instance = view.instance
    assert instance is not None  # noqa: S101 - the caller has checked
    drain = StartDraining(instance.cluster, instance.arn)
    if known.phase is Phase.CLAIMED:
        told = () if known.told_by_rollout else (Tell(say.drain_started(view, known, now)),)
        return Plan(
            "claimed, not yet draining",
            (drain, *told, Record(known, next_revision(replace(known, phase=Phase.DRAINING)))),
        )
    if known.told_by_rollout and known.phase is Phase.DRAINED:
        return Plan("its update has set it ACTIVE, or deals with whoever did")
    if known.forced and not instance.agent_connected:  # an older record, or the last moments of the instance
        return _plan_draining(view, known, now)  # ECS places nothing there; its hook and its deadline go on
    if known.forced:
        why = "somebody set it ACTIVE, or it registered anew, but EC2 or its group takes it anyway"
        # Others have given their drain up: from here on it is ours, to end and to give back.
        ours = (Claim(next_revision(replace(known, foreign=False)), known),) if known.foreign else ()
        return Plan(why, (*ours, drain, *(() if ours else _begun_as_it_joins(view, known, now))))
    return plan_closed(view, known, called_off.drain_cancelled(view, known, now), "somebody set it ACTIVE")


def _plan_waiting(view: View, known: Disruption, now: datetime, *, may_begin: bool) -> Plan:
    policy = view.cluster.policy
    if known.goes_at and now > known.goes_at + SURVIVED_AFTER:
        return plan_closed(view, known, called_off.change_passed(view, known, now), "its date has passed")
    if known.goes_at and known.goes_at - now <= policy.forced_lead:
        deadline = min(now + policy.voluntary_deadline, known.goes_at)
        return begin(view, replace(known, forced=True, deadline=deadline), known, now)
    if known.reason is Reason.REPAIR:
        from ballast.drain.repairs import plan_waiting_repair  # noqa: PLC0415 - few drains are of an ill instance

        if first := plan_waiting_repair(view, known, now):
            return first
    elif known.goes_at is None and now - known.started_at > policy.voluntary_deadline:
        return plan_closed(view, known, called_off.gave_up_waiting(view, known, now), "it waited too long")
    if known.retry_at and now < known.retry_at:
        return Plan(f"it waits until {known.retry_at:%H:%M} UTC")
    return plan_voluntary(view, known, known, now, may_begin=may_begin)


def _past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now >= moment
