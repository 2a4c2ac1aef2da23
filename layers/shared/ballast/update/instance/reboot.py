"""Take an instance from its drain through its reboot back to service, on the exact target or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostAnswer, UpdateState
from ballast.facts.view import InstanceStatus
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, Tell, TerminateInstance
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import SuppressChecks
from ballast.records.disruption import Disruption, PartOf, Phase, Reason
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.ask import ask, hear
from ballast.update.instance.give_up import back_to_service, plan_failed
from ballast.update.instance.owed import owing
from ballast.words import undone as say

SETTLES_AFTER = timedelta(minutes=1)  # the reboot command never reports, so look when it may be over
LOOK_AGAIN = timedelta(seconds=30)
ANSWERS_WITHIN = timedelta(minutes=2)
UNASKED = timedelta(minutes=5)  # as while the function did not run, or its role was not granted that
REBOOT_AGAIN = timedelta(minutes=5)
SERVES_WITHIN = timedelta(minutes=10)  # tasks are placed, start and answer again
RESTORED_AT_MOST = timedelta(minutes=15)


def plan_draining(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """drain_instance moves the tasks; the update waits for its word that the instance is empty."""
    drain = host.disruption
    if drain is None or drain.phase is Phase.ROLLED_BACK:
        why = "its tasks did not move in time" if drain else "its drain was called off"
        return plan_failed(host, update, why, now)
    if is_overtaken(drain):
        return Plan("something else takes it out of service: its update waits, should it survive that")
    if drain.phase is Phase.DRAINED:
        rebooting = replace(update, stage=Stage.REBOOTING, since=now)
        return Plan("it is empty: reboot it", _tell_to_reboot(host, update, now, rebooting))
    return Plan("its tasks move")


def _tell_to_reboot(
    host: Host, update: InstanceUpdate, now: datetime, changed: InstanceUpdate | None = None
) -> tuple[Action, ...]:
    """Nothing of EC2's is to end it meanwhile: until it is back, or given up."""
    claim, run = ask(update, Document.REBOOT, now, changed)
    absent = host.view.cluster.policy.updates.return_time + SERVES_WITHIN
    return claim, SuppressChecks(host.id, int(absent.total_seconds())), run


def plan_rebooting(
    host: Host,
    update: InstanceUpdate,
    now: datetime,
    *,
    return_time: timedelta,
    part_of: PartOf | None = None,
    noted: tuple[Action, ...] = (),
) -> Plan:
    """Back on the target, fallen back to the old version, or never seen again: `noted` before it is replaced."""
    drain = host.disruption
    if drain is None or host.instance.status is InstanceStatus.ACTIVE:
        return plan_failed(host, update, "somebody set it ACTIVE during its update", now)
    if is_overtaken(drain):
        return Plan("something else takes it out of service: its update waits, should it survive that")
    if now - max(update.since, drain.resumed_at or update.since) >= return_time:
        if update.command_at and now - update.command_at >= UNASKED:
            late = replace(update, since=now - return_time + ANSWERS_WITHIN)
            return Plan(
                "nobody could ask whether it is back: it has two more minutes", ask(update, Document.CHECK, now, late)
            )
        lost = _plan_lost(host, update, return_time, part_of, now)
        return replace(lost, actions=(*noted, *lost.actions)) if host.view.membership else lost
    if update.asked is Document.REBOOT and update.command_at:
        # Whether it was sent or not: a host is never told twice before it was asked whether it has rebooted.
        if now - update.command_at < SETTLES_AFTER:
            return Plan("it reboots")
        return Plan("is it back?", ask(update, Document.CHECK, now))
    heard = hear(host, update, now)
    if isinstance(heard, Plan):
        unheard = update.command_at is not None and now - update.command_at >= ANSWERS_WITHIN
        return Plan("is it back?", ask(update, Document.CHECK, now)) if unheard and not heard.actions else heard
    return _judge(host, update, heard, now)


def is_overtaken(drain: Disruption | None) -> bool:
    """Once the instance has gone its record goes too, as that of one which has left the cluster."""
    return drain is not None and (drain.reason is not Reason.BOTTLEROCKET_UPDATE or drain.held_by_our_hook)


def plan_returning(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """It serves again; its settings are put back as they were."""
    serve = back_to_service(host)
    heard = hear(host, update, now)
    overdue = now - update.since > RESTORED_AT_MOST
    if isinstance(heard, Plan) and not overdue:
        return Plan(heard.reason, (*serve, *heard.actions))
    if not isinstance(heard, Plan) and heard.problem and not overdue:
        if update.command_at and now - update.command_at < SETTLES_AFTER:
            return Plan("it is asked again in a minute", serve)
        return Plan("ask again", (*serve, *ask(update, Document.RESTORE, now)))
    done = next_revision(replace(update, stage=Stage.DONE, since=now, why=None, asked=None, command_id=None))
    if isinstance(heard, Plan) or heard.problem:
        owes = replace(owing(update, done, Document.RESTORE, now), why="its settings.updates could not be put back")
        return Plan("it is updated, and owed", (*serve, Tell(say.not_undone(host, owes, now)), Record(update, owes)))
    return Plan("it is updated", (*serve, Record(update, done)))


def _judge(host: Host, update: InstanceUpdate, heard: HostAnswer, now: datetime) -> Plan:
    """Only the version that runs tells: after a fallback the state is `Available` again, as if nothing had happened.

    https://github.com/bottlerocket-os/bottlerocket-update-operator/issues/123
    """
    status = heard.status
    if status is None:
        return _look_again(update, f"no answer yet: {heard.words}", now)
    if not host.instance.agent_connected:
        return _look_again(update, "its ECS agent is not connected yet", now)
    if status.active == update.target:
        actions = ask(update, Document.RESTORE, now, replace(update, stage=Stage.RETURNING, since=now))
        return Plan(f"it runs {update.target}: back to service", (*actions, *back_to_service(host)))
    if status.state is UpdateState.READY:
        if now - update.since >= REBOOT_AGAIN:
            return Plan("it has not rebooted: tell it again", _tell_to_reboot(host, update, now))
        return _look_again(update, "it has not rebooted yet", now)
    why = f"it booted into {status.active} again instead of {update.target}"
    return plan_failed(host, update, why, now, harmed=True)


def _look_again(update: InstanceUpdate, why: str, now: datetime) -> Plan:
    if update.command_at and now - update.command_at < LOOK_AGAIN:
        return Plan(why)
    return Plan(why, ask(update, Document.CHECK, now))


def _plan_lost(
    host: Host, update: InstanceUpdate, return_time: timedelta, part_of: PartOf | None, now: datetime
) -> Plan:
    why = f"it did not come back within {return_time.total_seconds() / 60:.0f} min of its reboot"
    membership = host.view.membership
    if membership is None:
        why = f"{why}, and no group replaces it"
        lost = next_revision(replace(update, stage=Stage.FAILED, since=now, why=why, harmed=True, retry_at=None))
        return Plan(why, (Record(update, lost),))
    lost = next_revision(replace(update, stage=Stage.REPLACING, since=now, why=why, harmed=True, retry_at=None))
    terminate = TerminateInstance(membership.group, host.id)
    drain = host.disruption
    asked_for = (Claim(next_revision(replace(drain, part_of=part_of)), drain),) if drain and part_of else ()
    return Plan(f"{why}: its group replaces it", (*asked_for, Claim(lost, update), terminate))
