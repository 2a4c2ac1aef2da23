"""Decide how a drain ends: empty, past its deadline, rolled back, or with the instance gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.blockers import blockers
from ballast.facts.instance import InstanceStatus
from ballast.facts.task import TaskKind
from ballast.facts.view import View
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
from ballast.plans.plan import Plan
from ballast.policy.policy import Outcome, StandaloneTasks
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.revision import next_revision
from ballast.words import drain as say
from ballast.words import outcomes as say_how
from ballast.words.notice import Notice

INSTANCE_DRAINED = "Ballast Instance Drained"  # what an update waits for
AFTER_FORCE = timedelta(minutes=10)  # stopTimeout and deregistration delay of the tasks that were stopped
AFTER_ROLLBACK = timedelta(hours=6)
TERMINATE_AGAIN = timedelta(minutes=10)
REPLACED = (Reason.SCHEDULED_CHANGE, Reason.REBALANCE_RECOMMENDATION)
STOPPING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"})


def plan_empty(view: View, known: Disruption, now: datetime) -> Plan:
    """Let the hook go, or have the group replace the instance; then wait for EC2 to take it."""
    hook = known.hook
    told: tuple[Action, ...] = () if known.told_by_rollout else (Tell(say.drain_finished(view, known, now)),)
    if hook and not hook.completed:
        # Known to be empty before it is let go: what comes next may be quicker than our record.
        empty = next_revision(known, phase=Phase.DRAINED)
        release = ContinueTermination(hook.group, hook.name, known.instance_id, hook.token)
        done = next_revision(empty, hook=replace(hook, completed=True))
        return Plan("it is empty", (Claim(empty, known), release, *told, Record(empty, done)))
    membership = view.membership
    if known.foreign:
        return Plan("it is empty, and whoever drains it decides what comes next")
    if known.reason in REPLACED and membership and membership.in_service:
        if known.retry_at and now < known.retry_at:
            return Plan("its group has been told to replace it")
        done = next_revision(known, phase=Phase.DRAINED, group=membership.group, retry_at=now + TERMINATE_AGAIN)
        replace_it = TerminateInstance(membership.group, known.instance_id)
        again = known.phase is Phase.DRAINED
        tell = () if again else told
        return Plan("it is empty, so its group replaces it", (replace_it, *tell, Record(known, done)))
    if known.phase is Phase.DRAINED:
        return Plan("it is empty and waits for what comes next")
    if known.reason in REPLACED and membership is None:
        told = (Tell(say_how.drained_outside_group(view, known, now)),)
    if known.told_by_rollout:
        told = (Announce(INSTANCE_DRAINED, {"cluster": known.cluster, "instance": known.instance_id}),)
    return Plan("it is empty", (*told, Record(known, next_revision(known, phase=Phase.DRAINED))))


def plan_deadline(view: View, known: Disruption, now: datetime) -> Plan:
    """The outcome that the operator chose, once its deadline has come with tasks left."""
    if known.phase is Phase.FORCING:
        return _plan_force(view, known, now)
    if view.tasks is None:
        return Plan("its deadline has passed; its tasks have to be read first")
    policy = view.cluster.policy
    outcome = policy.scale_in_outcome if known.hook else policy.voluntary_outcome
    cannot_return = known.forced or known.foreign or view.leaves_its_group
    if known.phase is Phase.FORCED or (outcome is Outcome.ROLLBACK and cannot_return):
        outcome = Outcome.ESCALATE
    if known.told_by_rollout and outcome is Outcome.ESCALATE and not cannot_return:
        outcome = Outcome.ROLLBACK  # an update can wait, so no human has to decide and nothing stays DRAINING
    match outcome:
        case Outcome.ROLLBACK:
            rolling = next_revision(known, phase=Phase.ROLLING_BACK)
            plan = plan_rollback(view, rolling, now)
            return Plan(plan.reason, (Claim(rolling, known), *plan.actions))
        case Outcome.FORCE:
            forcing = next_revision(known, phase=Phase.FORCING)
            plan = _plan_force(view, forcing, now)
            return Plan(plan.reason, (Claim(forcing, known), *plan.actions))
        case Outcome.ESCALATE:
            told = Tell(say_how.drain_stuck(view, known, blockers(view, now), now))
            escalated = next_revision(known, phase=Phase.ESCALATED)
            return Plan("its deadline has passed and nothing safe is left to do", (told, Record(known, escalated)))


def _plan_force(view: View, forcing: Disruption, now: datetime) -> Plan:
    if view.tasks is None:
        return Plan("its tasks have to be read before they are stopped")
    stops = tuple(
        StopTask(forcing.cluster, task.arn, "Ballast: the drain's deadline has passed")
        for task in view.left
        if task.last_status not in STOPPING and not (task.protected_until and task.protected_until > now)
    )
    told = Tell(say_how.drain_forced(view, forcing, len(stops), blockers(view, now), now))
    forced = next_revision(forcing, phase=Phase.FORCED, deadline=now + AFTER_FORCE)
    return Plan(
        "its deadline has passed: stop what is not protected",
        (*stops, told, Record(forcing, forced)),
    )


def plan_rollback(view: View, rolling: Disruption, now: datetime) -> Plan:
    """ACTIVE again, scale-in protection as it was. Repeatable: the phase ROLLING_BACK was written before."""
    actions: list[Action] = []
    instance = view.instance
    stays = not view.leaves_its_group and view.ec2_state in (None, "running")
    if instance and instance.status is InstanceStatus.DRAINING and stays:
        actions.append(Reactivate(instance.cluster, instance.arn))
    if rolling.unprotected and rolling.group:
        actions.append(SetScaleInProtection(rolling.group, rolling.instance_id, protected=True))
    retry_at = now + AFTER_ROLLBACK
    if rolling.goes_at:
        half_way = now + (rolling.goes_at - now) / 2
        after = next_revision(
            rolling,
            phase=Phase.WAITING,
            deadline=None,
            retry_at=min(retry_at, half_way),
            unprotected=False,
        )
    else:
        after = next_revision(rolling, phase=Phase.ROLLED_BACK, deadline=None, retry_at=now + timedelta(hours=1))
    told = Tell(say_how.drain_rolled_back(view, rolling, blockers(view, now), now))
    return Plan("its deadline has passed: back to ACTIVE", (*actions, told, Record(rolling, after)))


def plan_survivor(view: View, known: Disruption, now: datetime) -> Plan:
    """EC2 did not take it after all: give it back, unless somebody else drains it."""
    instance = view.instance
    actions: tuple[Action, ...] = ()
    if instance and instance.status is InstanceStatus.DRAINING and not known.foreign:
        actions = (Reactivate(instance.cluster, instance.arn),)
    if known.unprotected and known.group:
        actions = (*actions, SetScaleInProtection(known.group, known.instance_id, protected=True))
    told = Tell(say_how.instance_survived(view, known, now))
    return _fenced("it still runs long after its announced end", known, *actions, told)


def plan_terminated(view: View, known: Disruption, now: datetime) -> Plan:
    """EC2 has taken it: remove what ECS still lists of it and close.

    ECS keeps a container instance whose agent was disconnected, or that was stopped, when it was terminated:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister_container_instance.html
    """
    ghost = view.instance
    actions: tuple[Action, ...] = ()
    if ghost:
        actions = (DeregisterContainerInstance(ghost.cluster, ghost.arn),)
    told = () if known.phase is Phase.WAITING else (Tell(say.instance_gone(view, known, now)),)
    return Plan("EC2 has terminated it", (*actions, *told, Record(known, None)))


def plan_closed(view: View, known: Disruption, notice: Notice, reason: str) -> Plan:
    """End a disruption that has become pointless, giving back the scale-in protection that we took."""
    actions: tuple[Action, ...] = ()
    if known.unprotected and known.group and not view.leaves_its_group:
        actions = (SetScaleInProtection(known.group, known.instance_id, protected=True),)
    return _fenced(reason, known, *actions, Tell(notice))


def _fenced(reason: str, known: Disruption, *actions: Action) -> Plan:
    """Close it, but do and say nothing if another function has taken it further since we looked."""
    held = next_revision(known)
    return Plan(reason, (Claim(held, known), *actions, Record(held, None)))


def stop_standalone(view: View) -> tuple[StopTask, ...]:
    """Where the operator chose so, tasks of no service are stopped at once instead of waited for."""
    if view.cluster.policy.standalone_tasks is not StandaloneTasks.STOP:
        return ()
    return tuple(
        StopTask(view.cluster.name, task.arn, "Ballast: its instance is being drained")
        for task in view.left
        if task.kind is TaskKind.STANDALONE and task.last_status not in STOPPING
    )
