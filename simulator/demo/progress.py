"""How far has a rollout come? The record in the ledger, the stage of each instance, and what each really runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballast.policy.policy import defaults_from, read_policy
from ballast.policy.updates import Strategy
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState
from ballast.update.waves import wave_limit
from simulator.result import ledger_items
from simulator.rollout_result import rollouts_in, updates_in
from simulator.stage import Stage

LOUDEST_FIRST = (RolloutState.HALTED, RolloutState.ROLLING_BACK, RolloutState.RUNNING, RolloutState.WAITING)


@dataclass(frozen=True, slots=True)
class Progress:
    """`rollout`: of several the one that needs somebody first; `limits`: instances at the end of each wave, canary first."""

    rollout: Rollout
    updates: Mapping[str, InstanceUpdate] = field(default_factory=dict)  # by instance
    canaries: frozenset[str] = frozenset()
    limits: tuple[int, ...] = ()
    before: str | None = None  # the version that it comes from

    @property
    def halted(self) -> bool:
        return self.rollout.state is RolloutState.HALTED

    @property
    def under_way(self) -> int:
        return sum(not update.settled for update in self.updates.values())


def progress_of(stage: Stage) -> Progress | None:
    """None where the ledger has no rollout."""
    items = ledger_items(stage)
    rollouts = sorted(rollouts_in(items), key=lambda r: r.created_at, reverse=True)
    if not rollouts:
        return None
    rollout = min(rollouts, key=_urgency)
    updates = {u.instance_id: u for u in updates_in(items) if u.rollout == rollout.id}
    waves = _waves(stage, rollout.cluster)
    return Progress(
        rollout,
        updates,
        _canaries(stage, rollout, updates),
        tuple(wave_limit(waves, wave, rollout.total) for wave in range(len(waves) + 1)),
        rollout.bad_version or _before(stage, rollout, updates),
    )


def _urgency(rollout: Rollout) -> int:
    return LOUDEST_FIRST.index(rollout.state) if rollout.state in LOUDEST_FIRST else len(LOUDEST_FIRST)


def _waves(stage: Stage, cluster: str) -> tuple[int, ...]:
    given = stage.scenario.parameters.get("UpdateWaves")
    defaults = defaults_from({"UPDATE_WAVES": given} if given else {})
    return read_policy(defaults, stage.world.clusters[cluster].tags).updates.waves


def _canaries(stage: Stage, rollout: Rollout, updates: Mapping[str, InstanceUpdate]) -> frozenset[str]:
    """The instances of wave 0; a refresh keeps no record of an instance: the first that it launched in its group."""
    if rollout.strategy != Strategy.REPLACE:
        return frozenset(id_ for id_, update in updates.items() if update.wave == 0)
    if rollout.started_at is None:
        return frozenset()
    start_s = (rollout.started_at - stage.clock.epoch).total_seconds()
    first: dict[str | None, str] = {}
    for instance in stage.world.ec2.instances.values():
        if instance.launched_at_s >= start_s and stage.world.bottlerocket.version(instance.id) == rollout.target:
            first.setdefault(instance.group, instance.id)
    return frozenset(first.values())


def _before(stage: Stage, rollout: Rollout, updates: Mapping[str, InstanceUpdate]) -> str | None:
    """From the records; before there are any, what most other instances run."""
    known = [update.began_from for update in updates.values() if update.began_from]
    running = [stage.world.bottlerocket.version(id_) for id_ in stage.world.ec2.instances]
    others = known or [version for version in running if version and version != rollout.target]
    return max(set(others), key=others.count) if others else None
