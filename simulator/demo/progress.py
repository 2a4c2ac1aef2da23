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
from simulator.world.core.records import Instance

LOUDEST_FIRST = (RolloutState.HALTED, RolloutState.ROLLING_BACK, RolloutState.RUNNING, RolloutState.WAITING)


@dataclass(frozen=True, slots=True)
class Progress:
    """`rollout`: of several the one that needs somebody first; `limits`: instances at the end of each wave, canary first."""

    rollout: Rollout
    updates: Mapping[str, InstanceUpdate] = field(default_factory=dict)  # by instance
    canaries: frozenset[str] = frozenset()
    limits: tuple[int, ...] = ()
    before: str | None = None  # the version that it comes from
    launched: int = 0  # strategy replace: instances with the target that are there

    @property
    def halted(self) -> bool:
        return self.rollout.state is RolloutState.HALTED

    @property
    def under_way(self) -> int:
        """With the strategy replace, what was launched and is not verified."""
        if self.rollout.strategy == Strategy.REPLACE:
            return max(0, self.launched - self.rollout.on_target)
        return sum(not update.settled for update in self.updates.values())


def progress_of(stage: Stage) -> Progress | None:
    """None where the ledger has no rollout."""
    items = ledger_items(stage)
    rollouts = sorted(rollouts_in(items), key=lambda r: r.created_at, reverse=True)
    if not rollouts:
        return None
    rollout = min(rollouts, key=_urgency)
    updates = {u.instance_id: u for u in updates_in(items) if u.rollout == rollout.id}
    waves, launched = _waves(stage, rollout.cluster), _launched(stage, rollout)
    return Progress(
        rollout,
        updates,
        _canaries(rollout, updates, launched),
        tuple(wave_limit(waves, wave, rollout.total) for wave in range(len(waves) + 1)),
        rollout.bad_version or _before(stage, rollout, updates),
        sum(not instance.going for instance in launched),
    )


def _urgency(rollout: Rollout) -> int:
    return LOUDEST_FIRST.index(rollout.state) if rollout.state in LOUDEST_FIRST else len(LOUDEST_FIRST)


def _waves(stage: Stage, cluster: str) -> tuple[int, ...]:
    given = stage.scenario.parameters.get("UpdateWaves")
    defaults = defaults_from({"UPDATE_WAVES": given} if given else {})
    return read_policy(defaults, stage.world.clusters[cluster].tags).updates.waves


def _canaries(rollout: Rollout, updates: Mapping[str, InstanceUpdate], launched: list[Instance]) -> frozenset[str]:
    """The instances of wave 0; a refresh keeps no record of an instance: the first that it launched in each group."""
    if rollout.strategy != Strategy.REPLACE:
        return frozenset(id_ for id_, update in updates.items() if update.wave == 0)
    first: dict[str | None, str] = {}
    for instance in launched:
        first.setdefault(instance.group, instance.id)
    return frozenset(first.values())


def _launched(stage: Stage, rollout: Rollout) -> list[Instance]:
    """Since its start, with its target."""
    if rollout.started_at is None:
        return []
    start_s, version = (rollout.started_at - stage.clock.epoch).total_seconds(), stage.world.bottlerocket.version
    every = stage.world.ec2.instances.values()
    return [i for i in every if i.launched_at_s > start_s and version(i.id) == rollout.target]


def _before(stage: Stage, rollout: Rollout, updates: Mapping[str, InstanceUpdate]) -> str | None:
    """From the records; before there are any, what most other instances run."""
    known = [update.began_from for update in updates.values() if update.began_from]
    running = [stage.world.bottlerocket.version(id_) for id_ in stage.world.ec2.instances]
    others = known or [version for version in running if version and version != rollout.target]
    return max(set(others), key=others.count) if others else None
