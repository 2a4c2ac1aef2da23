"""Decide how a drain ends: with an empty instance, with one that is given back, or closed as it has become pointless."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.last_look import cut_off, cut_short, ended, seen_empty
from ballast.facts.task import STOPPING, Task, TaskKind
from ballast.facts.view import InstanceStatus, View
from ballast.plans.action import Action
from ballast.plans.actions import (
    Announce,
    Claim,
    ContinueTermination,
    DeregisterContainerInstance,
    Reactivate,
    Record,
    SetScaleInProtection,
    StopTask,
    Tell,
    TerminateInstance,
)
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import StandaloneTasks
from ballast.records.disruption import INSTANCE_DRAINED, TAKEN_BY_EC2, Disruption, Hook, Phase, Reason
from ballast.words import drain as say
from ballast.words import outcomes as say_how
from ballast.words.notice import Notice

TERMINATE_AGAIN = timedelta(minutes=10)  # in case the first call was lost
LOOKS_FOR = timedelta(seconds=30)  # a run of the function, at most
MOST_REMEMBERED = 20  # tasks, of which five are named
REPLACED = (Reason.SCHEDULED_CHANGE, Reason.REBALANCE_RECOMMENDATION, Reason.REPAIR)


def plan_empty(view: View, known: Disruption, now: datetime) -> Plan:
    """Let the hook go, or have the group replace the instance; then wait for EC2 to take it."""
    hook = known.hook
    before = known
    if known.emptied_at is None and (ended(view) or _may_have_gone_on(known, now)):
        known = replace(known, maybe_cut_off_at=known.maybe_cut_off_at or now)
    elif known.emptied_at is None and known.maybe_cut_off_at is None and seen_empty(view):
        known = replace(known, emptied_at=now)
    silent = known.told_by_rollout or known.emptied_at is None  # what nobody has seen is not told
    told: tuple[Action, ...] = () if silent else (Tell(say.drain_finished(view, known, now)),)
    if hook and not hook.completed:
        # Known to be empty before it is let go: what comes next may be quicker than our record.
        return released("it is empty", known, hook, before, *told)
    membership = view.membership
    if known.foreign and known.reason not in TAKEN_BY_EC2:
        return Plan("it is empty, and whoever drains it decides what comes next")
    if known.reason in REPLACED and membership and membership.in_service:
        if known.retry_at and now < known.retry_at:
            return Plan("its group has been told to replace it")
        return replaced("it is empty, so its group replaces it", known, membership.group, now, before, *told)
    if known.phase is Phase.DRAINED:
        return Plan("it is empty and waits for what comes next")
    if known.reason in REPLACED and not view.in_no_group and membership is None:
        return Plan("it is empty, and its group could not be looked up")
    if known.reason in REPLACED and (membership is None or membership.in_standby) and not ended(view):
        told = (Tell(say_how.drained_outside_group(view, known, now)),)
    if known.is_a_step:
        told = (*told, Announce(INSTANCE_DRAINED, {"cluster": known.cluster, "instance": known.instance_id}))
    return Plan("it is empty", (*told, Record(before, next_revision(replace(known, phase=Phase.DRAINED)))))


def released(reason: str, known: Disruption, hook: Hook, before: Disruption, *told: Action) -> Plan:
    """Its hook is let go; `before`: as the ledger holds it."""
    held = next_revision(replace(known, phase=Phase.DRAINED))
    release = ContinueTermination(hook.group, hook.name, known.instance_id, hook.token)
    done = next_revision(replace(held, hook=replace(hook, completed=True)))
    return Plan(reason, (Claim(held, before), release, *told, Record(held, done)))


def replaced(reason: str, known: Disruption, group: str, now: datetime, before: Disruption, *told: Action) -> Plan:
    """Its group has it replaced; what is `told` of it only the first time."""
    retry_at = now + TERMINATE_AGAIN
    done = next_revision(replace(known, phase=Phase.DRAINED, group=group, retry_at=retry_at, group_before=None))
    told = () if known.phase is Phase.DRAINED else told
    return Plan(reason, (_replacing(known, group), *told, Record(before, done)))


def _replacing(known: Disruption, group: str) -> Action:
    """With another one in its place, or without, where that was launched before."""
    if known.raised_from is None:
        return TerminateInstance(group, known.instance_id)
    from ballast.plans.capacity_actions import TerminateAndLower  # noqa: PLC0415 - few drains are of an ill instance

    return TerminateAndLower(group, known.instance_id, known.raised_from, goes_anyway=True)


def _may_have_gone_on(known: Disruption, now: datetime) -> bool:
    """Whether its hook has timed out, or does while we look: what is empty then was perhaps cut off."""
    hook = known.hook
    if hook is None or hook.completed:
        return False
    return hook.is_over(now + LOOKS_FOR)


def remembered(view: View, known: Disruption, now: datetime) -> Disruption:
    """With what was seen of its tasks, in case nobody can see them any more when it has gone."""
    if view.tasks is None:
        return known
    return replace(known, tasks_seen=tuple(task.name for task in view.left)[:MOST_REMEMBERED], seen_at=now)


def with_cut_off(view: View, known: Disruption, *, gone: bool = False) -> Disruption:
    """ECS shows tasks of a host that ends one by one as STOPPED, and forgets them after an hour."""
    cut, short = (tuple(task.name for task in found(view, gone=gone)) for found in (cut_off, cut_short))
    if len(cut) + len(short) <= len(known.cut_off or ()) + len(known.cut_short or ()):
        return known
    return replace(known, cut_off=cut or None, cut_short=short or None)


def plan_taken(view: View, known: Disruption) -> Plan:
    """EC2 stops or terminates it: remember which tasks ended with it while ECS still shows them."""
    seen = with_cut_off(view, known)
    record = () if seen == known else (Record(known, next_revision(seen)),)
    return Plan(f"EC2 takes it: it is {view.ec2_state}", record)


def plan_terminated(view: View, known: Disruption, now: datetime) -> Plan:
    """EC2 has taken it: remove what ECS still lists of it and close.

    ECS keeps a container instance whose agent was disconnected, or that was stopped, when it was terminated:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister_container_instance.html
    """
    ghosts = (record for record in view.records if record.cluster != view.stranger)
    removed = tuple(DeregisterContainerInstance(ghost.cluster, ghost.arn) for ghost in ghosts)
    if known.phase is Phase.WAITING:
        return Plan("EC2 has terminated it", (*removed, Record(known, None)))
    seen = with_cut_off(view, known, gone=True)
    cut = (Tell(say_how.tasks_cut_off(view, seen, now)),) if seen.cut_off else ()
    told = Tell(say.instance_gone(view, seen, now))
    return Plan("EC2 has terminated it", (*removed, *cut, told, Record(known, None)))


def plan_closed(view: View, known: Disruption, notice: Notice, reason: str) -> Plan:
    """End a disruption that has become pointless, giving back the scale-in protection that we took."""
    given = () if view.leaves_its_group else give_back(view, known, serves=False)
    return fenced(reason, known, *given, Tell(notice))


def fenced(reason: str, known: Disruption, *actions: Action) -> Plan:
    """Close it, but do and say nothing if another function has taken it further since we looked."""
    held = next_revision(known)
    return Plan(reason, (Claim(held, known), *actions, Record(held, None)))


def stop_unprotected(view: View, now: datetime) -> tuple[StopTask, ...]:
    """All that still hold the instance, except for those whose protection has not run out."""
    return tuple(
        StopTask(view.cluster.name, task.arn, "Ballast: the drain's deadline has passed")
        for task in view.left
        if _ours_to_stop(task, view) and not (task.protected_until and task.protected_until > now)
    )


def stop_standalone(view: View) -> tuple[StopTask, ...]:
    """Where the operator chose so, tasks of no service are stopped at once instead of waited for; by a drill never."""
    drill = view.disruption is not None and view.disruption.reason is Reason.DRILL
    if drill or view.cluster.policy.standalone_tasks is not StandaloneTasks.STOP:
        return ()
    return tuple(
        StopTask(view.cluster.name, task.arn, "Ballast: its instance is being drained")
        for task in view.left
        if task.kind is TaskKind.STANDALONE and _ours_to_stop(task, view)
    )


def _ours_to_stop(task: Task, view: View) -> bool:
    """Read, not stopping already, and in this cluster, which all but the oldest ARNs name.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html
    """
    here = f"task/{view.cluster.name}/" in task.arn or task.arn.rpartition("task/")[2].count("/") == 0
    return view.stranger is None and here and task.kind is not TaskKind.UNREAD and task.last_status not in STOPPING


def why_not_back(view: View) -> str:
    """Why an instance that stays cannot be given back yet, or ""."""
    if view.leaves_its_group or view.ec2_state in (None, "running"):
        return ""
    return f"EC2 says that it is {view.ec2_state}: it is given back once it runs"


def give_back(view: View, taken: Disruption, *, serves: bool) -> tuple[Action, ...]:
    """Repeatable. It `serves` again unless it goes anyway, or somebody else had set it DRAINING."""
    actions: list[Action] = []
    instance = view.instance
    if serves and instance and instance.status is InstanceStatus.DRAINING:
        actions.append(Reactivate(instance.cluster, instance.arn))
    if taken.unprotected and taken.group:
        actions.append(SetScaleInProtection(taken.group, taken.instance_id, protected=True))
    return tuple(actions)
