"""What an operator's command does to a rollout, and which commands are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet, on_target
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.command import Command, CommandKind, overtaken
from ballast.records.fingerprint import of_rollout
from ballast.records.release import newer
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.set_back import UPDATED, version_before
from ballast.update.halt import halted
from ballast.words import rollout as say
from ballast.words.counted import fleet_of


def plan_command(fleet: Fleet, rollout: Rollout | None, command: Command, now: datetime) -> Plan:
    """One that was carried out already is refused in words, so that saying it twice does no harm; heard twice, it is obeyed."""
    if rollout and command.id and rollout.said == command.id:
        return Plan(f"the rollout of {rollout.target} to {fleet_of(rollout)} is {_words(rollout.state)}")
    why_not = _refusal(fleet, rollout, command)
    if why_not or rollout is None:
        return Plan(f"refused: {why_not}", (Tell(say.refused(fleet, command, why_not or "there is no rollout", now)),))
    match command.kind:
        case CommandKind.APPROVE:
            after = replace(rollout, approved_at=now, approved_by=command.who)
            told = say.approved(fleet, after, command, now)
        case CommandKind.HALT:
            reason = f"{command.who} halted it" + (f": {command.reason}" if command.reason else "")
            after = halted(fleet, rollout, reason, now)
            told = say.halted(fleet, after, now, page=False)
        case CommandKind.RESUME:
            state = _state_before(rollout)
            after = replace(
                rollout, state=state, halted_reason=None, resumed_at=now, drift_told=(), groups_seen_at=None
            )
            told = say.resumed(fleet, rollout, command, now)
        case _:
            who = f"{command.who} rolled it back" + (f": {command.reason}" if command.reason else "")
            after = replace(rolled_back(fleet, rollout, command.version, now), rolled_back_by=who)
            told = say.rolling_back(fleet, rollout, after, now)
    obeyed = next_revision(replace(after, said=command.id, said_at=min(command.at, now)))
    return Plan(f"{command.who} said {command.kind}", (Tell(told), Record(rollout, obeyed)))


def rolled_back(fleet: Fleet, rollout: Rollout, version: str | None, now: datetime) -> Rollout:
    """The rollout in reverse: every instance that runs its target goes to `version`, or where most came from."""
    release, target = fleet.release, version or version_before(fleet, rollout) or rollout.target
    return replace(
        rollout,
        state=RolloutState.ROLLING_BACK,
        target=target,
        bad_version=rollout.target,
        image_id=release.previous_image_id if release and release.previous_version == target else None,
        started_at=now,
        resumed_at=now,
        wave=0,
        wave_done_at=None,
        ended_at=None,
        groups_done=(),
        drift_told=(),
        rolled_back_by=None,
        groups_seen_at=None,
        never_joined=None,
    )


def _state_before(halted: Rollout) -> RolloutState:
    if halted.started_at is None:
        return RolloutState.WAITING
    return RolloutState.ROLLING_BACK if halted.bad_version else RolloutState.RUNNING


def _refusal(fleet: Fleet, rollout: Rollout | None, command: Command) -> str | None:
    if rollout is None:
        return f"nothing is known of a rollout of {fleet.variant} {fleet.arch} in {fleet.cluster.name}"
    if overtaken(command, rollout):
        return f"what was said later, at {rollout.said_at:%H:%M:%S} UTC, stands"
    if command.plan and command.plan != of_rollout(rollout):
        return "the rollout is another by now than the one that was shown"
    state = rollout.state
    match command.kind:
        case CommandKind.APPROVE:
            return _approval_refusal(fleet, rollout, command)
        case CommandKind.HALT if state not in (RolloutState.WAITING, RolloutState.RUNNING, RolloutState.ROLLING_BACK):
            return f"the rollout is {_words(state)}"
        case CommandKind.RESUME if state is not RolloutState.HALTED:
            return f"the rollout is {_words(state)}, not halted"
        case CommandKind.RESUME if fleet.release and rollout.target in fleet.release.recalled:
            return f"AWS has recalled {rollout.target}"
        case CommandKind.ROLLBACK if state in (RolloutState.ROLLING_BACK, RolloutState.ROLLED_BACK):
            return f"the rollout is {_words(state)} already"
        case CommandKind.ROLLBACK if command.version and not newer(rollout.target, command.version):
            return f"{command.version} is no older than {rollout.target}"
        case CommandKind.ROLLBACK if not (command.version or version_before(fleet, rollout)):
            return "nobody knows what ran before and no --version was given, so there is nothing to go back to"
        case CommandKind.ROLLBACK if state is not RolloutState.RUNNING and not _runs_target(fleet, rollout):
            return f"no instance runs {rollout.target}, so there is nothing to roll back"
        case _:
            return None


def _approval_refusal(fleet: Fleet, rollout: Rollout, command: Command) -> str | None:
    if rollout.state is not RolloutState.WAITING:
        return f"the rollout is {_words(rollout.state)}, not waiting"
    if command.version and command.version != rollout.target:
        return f"the release that waits is {rollout.target}, not {command.version}"
    if fleet.release and rollout.target in fleet.release.recalled:
        return f"AWS has recalled {rollout.target}"
    return None


def _runs_target(fleet: Fleet, rollout: Rollout) -> bool:
    return any(on_target(h, rollout) or (h.update and h.update.stage in UPDATED) for h in fleet.hosts)


def _words(state: RolloutState) -> str:
    return state.replace("_", " ")
