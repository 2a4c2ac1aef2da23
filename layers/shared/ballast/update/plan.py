"""The next step of a rollout and of each of its instances, from what is true now. Called on every event and by the sweep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host, ours
from ballast.facts.view import CONFIRMED_AFTER, View
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.updates import OnHalt, Strategy
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.update.brake import held, why_held, within_rights
from ballast.update.groups.replace import plan_refreshes, plan_stop
from ballast.update.groups.set_back import plan_named, plan_replaced, plan_set_back, seen_to
from ballast.update.groups.templates import plan_templates
from ballast.update.halt import halted
from ballast.update.instance.give_up import plan_abandoned, plan_replacing, plan_unstaging
from ballast.update.instance.owed import plan_owed, plan_settled
from ballast.update.instance.reboot import is_overtaken, plan_draining, plan_rebooting, plan_returning
from ballast.update.instance.stage import plan_checking, plan_staging
from ballast.update.patience import counted as repairs_counted
from ballast.update.patience import return_time
from ballast.update.permit import reason_of_recall, reason_to_halt
from ballast.update.rollout.obey import plan_command, rolled_back
from ballast.update.rollout.progress import plan_progress
from ballast.update.rollout.standstill import explained
from ballast.update.rollout.target import plan_reopened, plan_target, plan_waiting
from ballast.update.waves import counted
from ballast.words import rollout as say
from ballast.words import rollout_held as say_held


def plan_update(fleet: Fleet, rollout: Rollout | None, now: datetime) -> tuple[Plan, ...]:
    """One plan for the rollout, then one for each instance that is under way.

    The rollout's plan begins with its own record: what it starts is given up when another function changed the rollout.
    While a brake holds it, nothing begins.
    """
    why = why_held(fleet, now)
    open_ones = [h for h in fleet.hosts if h.update and (h.update.owes or not h.update.settled)]
    hosts = [h for h in open_ones if h.id not in fleet.cluster.unread]  # whose drain may have come to any phase
    plans = (
        _plan_rollout(fleet, rollout, now),
        *(_plan_host(fleet, host, rollout, now, why) for host in hosts),
        *(_plan_lost(fleet, update, now) for update in fleet.lost),
    )
    if why:
        plans = tuple(held(plan, why) for plan in plans)
    plans = within_rights(fleet, rollout, plans)
    first = plans[0] if rollout is None else _with_brake(fleet, rollout, plans[0], why, now)
    return (explained(fleet, rollout, first, now), *plans[1:])


def _with_brake(fleet: Fleet, rollout: Rollout, plan: Plan, why: str | None, now: datetime) -> Plan:
    """People are told once that a brake holds the rollout and what becomes of its instances, and once that it is over."""
    if why == rollout.held or not rollout.moves or any(isinstance(a, (Claim, Record)) for a in plan.actions):
        return plan
    after = next_revision(replace(rollout, held=why, told=rollout.told + 1))
    told = say_held.held(fleet, after, now) if why else say.progress(fleet, after, (), now)
    return Plan(why or "no brake holds it any more", (*plan.actions, Tell(told), Record(rollout, after)))


def _plan_rollout(fleet: Fleet, rollout: Rollout | None, now: datetime) -> Plan:
    if fleet.commands:
        return plan_command(fleet, rollout, fleet.commands[0], now)
    stop = plan_stop(fleet, rollout) if rollout else None
    if stop:
        return stop
    another = plan_target(fleet, rollout, now)
    if another or rollout is None:
        return another or Plan("there is nothing to roll out")
    match rollout.state:
        case RolloutState.WAITING:
            pause = fleet.policy.pause(now)
            return Plan(pause.words) if pause else plan_waiting(fleet, rollout, now)
        case RolloutState.RUNNING | RolloutState.ROLLING_BACK:
            return _plan_moving(fleet, rollout, now)
        case RolloutState.HALTED:
            return _plan_halted(fleet, rollout, now)
        case RolloutState.DONE | RolloutState.ROLLED_BACK:
            recalled = reason_of_recall(fleet, rollout) if rollout.state is RolloutState.DONE else None
            if recalled:  # the recall itself was a page
                return _plan_halt(fleet, rollout, recalled, now, page=False)
            return plan_reopened(fleet, rollout, now) or plan_templates(fleet, rollout, now)


def _plan_moving(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    why = reason_to_halt(fleet, rollout)
    if why:
        return _plan_halt(fleet, rollout, why, now, page=True)
    if rollout.bad_version:
        back = plan_set_back(fleet, rollout, now)
        if back:
            return back
        seen = seen_to(fleet, rollout, now)
        if seen != rollout:
            return Plan("no launch template boots what is left", (Record(rollout, next_revision(seen)),))
    step_of = plan_refreshes if rollout.strategy == Strategy.REPLACE else plan_progress
    return step_of(fleet, rollout, now)


def _plan_halt(fleet: Fleet, rollout: Rollout, why: str, now: datetime, *, page: bool) -> Plan:
    after = counted(fleet, next_revision(halted(fleet, rollout, why, now)), now)
    return Plan(f"halt: {why}", (Tell(say.halted(fleet, after, now, page=page)), Record(rollout, after)))


def _plan_halted(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    """What is in flight ends and its count is kept true; first of all nothing new may boot what it was halted for."""
    first = plan_set_back(fleet, rollout, now) or plan_named(fleet, rollout, now)
    if first:
        return first
    goes_back = fleet.policy.updates.on_halt is OnHalt.ROLLBACK and rollout.bad_version is None
    if goes_back and fleet.policy.updates.strategy is not Strategy.OFF:
        replaced = plan_replaced(fleet, rollout)
        if replaced:
            return replaced
    if goes_back and rollout.on_target and fleet.policy.updates.strategy is not Strategy.OFF:
        after = rolled_back(fleet, next_revision(rollout), None, now)
        return Plan("roll back by policy", (Tell(say.rolling_back(fleet, rollout, after, now)), Record(rollout, after)))
    after = seen_to(fleet, counted(fleet, rollout, now), now)
    if after == rollout:
        return Plan(f"halted: {rollout.halted_reason}")
    return Plan("halted, and what was in flight has ended", (Record(rollout, next_revision(after)),))


def _plan_host(fleet: Fleet, host: Host, rollout: Rollout | None, now: datetime, brake: str | None) -> Plan:
    update = host.update
    assert update is not None  # noqa: S101 - the caller has checked
    if update.missing_since:
        return Plan("ECS lists it again", (Record(update, next_revision(replace(update, missing_since=None))),))
    if why := _why_abandoned(host, update, rollout, brake):
        return plan_abandoned(host, update, why, now)
    match update.stage:
        case Stage.CHECKING:
            return plan_checking(host, update, now)
        case Stage.STAGING:
            return plan_staging(host, update, now)
        case Stage.STAGED:
            return _plan_staged(host, update, now)
        case Stage.DRAINING:
            return plan_draining(host, update, now)
        case Stage.REBOOTING:
            patience = timedelta.max if brake else return_time(fleet, host, now)
            told_by = say.part_of(rollout) if rollout and ours(host, rollout) else None
            noted = repairs_counted(fleet, host, now)
            return plan_rebooting(host, update, now, return_time=patience, part_of=told_by, noted=noted)
        case Stage.RETURNING:
            return plan_returning(host, update, now)
        case Stage.UNSTAGING:
            return plan_unstaging(host, update, now, most_attempts=fleet.policy.updates.attempts)
        case Stage.REPLACING:
            return plan_replacing(host, update, now)
        case Stage.DONE | Stage.FAILED | Stage.EXCLUDED:
            return plan_owed(host, update, now)


def _why_abandoned(host: Host, update: InstanceUpdate, rollout: Rollout | None, brake: str | None) -> str | None:
    moves = rollout is not None and ours(host, rollout) is not None and rollout.moves
    if not moves and update.stage in (Stage.CHECKING, Stage.STAGING, Stage.STAGED, Stage.DRAINING):
        return "its rollout goes no further"
    return brake if update.stage is Stage.DRAINING and not is_overtaken(host.disruption) else None


def _plan_staged(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    drain = host.disruption
    if drain is None:
        return Plan("staged, and waits for its batch")
    if drain.told_by_rollout:
        drains = next_revision(replace(update, stage=Stage.DRAINING, since=drain.started_at))
        return Plan("its drain is on record", (Record(update, drains),))
    return plan_abandoned(host, update, "it is disrupted otherwise", now)


def _plan_lost(fleet: Fleet, update: InstanceUpdate, now: datetime) -> Plan:
    """The instance has left the cluster, once a second look, a minute later, does not find it there either."""
    if update.settled and not update.owes:
        return Plan("gone")
    if update.missing_since is None:
        missing = next_revision(replace(update, missing_since=now))
        return Plan("ECS does not list it: look again before that is believed", (Record(update, missing),))
    if now - update.missing_since < CONFIRMED_AFTER:
        return Plan("ECS does not list it: look again before that is believed")
    if update.owes:
        gone = Host(View(fleet.cluster, update.instance_id), update=update)
        return plan_settled(gone, update, now, how="It has left the cluster")
    if update.stage is Stage.REPLACING or update.harmed:
        failed = next_revision(replace(update, stage=Stage.FAILED, since=now, retry_at=None, harmed=True))
        return Plan("it was replaced", (Record(update, failed),))
    return Plan("it left the cluster meanwhile", (Record(update, None),))
