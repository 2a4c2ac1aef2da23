"""Where should the fleet go, and may it? Begin a rollout, let it wait for its approval, reopen it for newcomers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet, on_target
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Policy
from ballast.policy.updates import Approval, Strategy, UpdatePolicy
from ballast.records.release import Release, newer
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.brake import why_not_granted
from ballast.update.groups.replace import groups_to_do
from ballast.update.permit import exclusion, to_do
from ballast.update.waves import counted
from ballast.words import rollout as say


def plan_target(fleet: Fleet, rollout: Rollout | None, now: datetime) -> Plan | None:
    """A new rollout where the wanted version is another one and somebody needs it; None where all stays as it is."""
    release = fleet.release
    if fleet.policy.updates.strategy is Strategy.OFF or release is None:
        return None
    target = target_of(fleet.policy.updates, release)
    if target in release.recalled or (rollout and not _gives_way(rollout, target, fleet.policy)):
        return None
    wanted = Rollout(
        cluster=fleet.cluster.name,
        variant=fleet.variant,
        arch=fleet.arch,
        target=target,
        image_id=release.image_id if target == release.version else None,
        state=RolloutState.WAITING,
        strategy=fleet.policy.updates.strategy,
        created_at=release.seen_at,
        refreshing=rollout.refreshing if rollout else None,
        refresh_asked_at=rollout.refresh_asked_at if rollout else None,
        revision=rollout.revision + 1 if rollout else 1,
    )
    if all(on_target(host, wanted) or exclusion(host, wanted, now) for host in fleet.hosts):
        return None
    wanted = counted(fleet, wanted, now)
    ended = (Tell(say.superseded(fleet, rollout, target, now)),) if rollout and not rollout.over else ()
    told = Tell(say.planned(fleet, wanted, fleet.policy, due_of(fleet, wanted), now))
    return Plan(f"{target} is wanted", (*ended, told, Record(rollout, wanted)))


def plan_waiting(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    """Automatic approval has a bake time; manual approval is somebody's word. A rollout to an old target waits on."""
    release = fleet.release
    if fleet.policy.updates.strategy is Strategy.OFF:
        return Plan("updates are off")
    if (
        release is None
        or rollout.target in release.recalled
        or target_of(fleet.policy.updates, release) != rollout.target
    ):
        return Plan(f"{rollout.target} is no longer the target")
    if lacks := why_not_granted(fleet, rollout):
        return Plan(lacks)
    due = due_of(fleet, rollout)
    if due is None:
        return Plan("it waits for an approval")
    if now < due:
        return Plan(f"it bakes until {due:%Y-%m-%d %H:%M} UTC")
    approved_at = rollout.approved_at or now
    running = replace(rollout, state=RolloutState.RUNNING, approved_at=approved_at, started_at=now)
    started = counted(fleet, next_revision(running), now)
    return Plan("it is approved", (Tell(say.started(fleet, started, fleet.policy, now)), Record(rollout, started)))


def plan_reopened(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan | None:
    """Instances that came up with an older release after it was done (or with the one that was left) follow too."""
    replaces = rollout.strategy == Strategy.REPLACE
    left = groups_to_do(fleet, rollout, now) if replaces else to_do(fleet.hosts, rollout, now)
    if fleet.policy.updates.strategy is Strategy.OFF or not left:
        return None
    state = RolloutState.ROLLING_BACK if rollout.bad_version else RolloutState.RUNNING
    again = next_revision(replace(rollout, state=state, ended_at=None, reopened_at=now))
    return Plan("newcomers run another release", (Record(rollout, again),))


def _gives_way(rollout: Rollout, target: str, policy: Policy) -> bool:
    """A rollout under way ends first, unless the operator hurries; one that failed gives way to a newer release only."""
    if target in (rollout.target, rollout.bad_version):
        return False
    match rollout.state:
        case RolloutState.RUNNING | RolloutState.ROLLING_BACK:
            return policy.updates.urgent_version == target
        case RolloutState.HALTED | RolloutState.ROLLED_BACK:
            return newer(target, rollout.bad_version or rollout.target)
        case _:
            return True


def due_of(fleet: Fleet, rollout: Rollout) -> datetime | None:
    """When a rollout that waits may begin; None = not before somebody approves it."""
    release = fleet.release
    if release and release.version == rollout.target:
        return due_at(fleet.policy.updates, release, rollout.approved_at)
    # A pinned version is the operator's word already.
    return rollout.approved_at or rollout.created_at


def target_of(policy: UpdatePolicy, release: Release) -> str:
    """A pinned version wins over the newest release."""
    return policy.pinned_version or release.version


def due_at(policy: UpdatePolicy, release: Release, approved_at: datetime | None) -> datetime | None:
    """When a rollout to the release may begin; None = not before somebody approves it."""
    if approved_at:
        return approved_at
    if policy.urgent_version == release.version:
        return release.seen_at
    return release.seen_at + policy.bake if policy.approval is Approval.AUTOMATIC else None
