"""A stage whose ledger holds a rollout that nobody played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ballast.aws.codec import to_item
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState
from ballast.records.rollout import Stage as UpdateStage
from simulator.scenarios.update import AFTER, ARCH, BEFORE, VARIANT
from simulator.stage import MANAGED, Scenario, Stage


def bottlerocket(instances: int, **scenario: Any) -> Stage:
    """Nothing is released while it plays."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=instances, bottlerocket=(VARIANT, ARCH, BEFORE))
        world.add_service("prod", "api", desired=instances, cpu=1024, memory_mib=1024)

    return Stage(Scenario("still", "A rollout that stands still", 60, build, **scenario), 1)


def rollout(stage: Stage, state: RolloutState = RolloutState.RUNNING, **changes: Any) -> Rollout:
    now = stage.world.clock.utc
    given = Rollout("prod", VARIANT, ARCH, AFTER, None, state, "in-place", created_at=now, started_at=now, moved_at=now)
    return replace(given, **changes)


def remember(stage: Stage, record: Rollout, stages: Mapping[str, UpdateStage]) -> None:
    """The rollout, and the stage of each of its instances; the first is the canary."""
    updates = [
        InstanceUpdate("prod", id_, record.id, record.target, each, record.created_at, wave=min(number, 1))
        for number, (id_, each) in enumerate(stages.items())
    ]
    table = stage.deployment.stack.names.physical("Ledger")
    records: list[Rollout | InstanceUpdate] = [record, *updates]
    for each in records:
        stage.deployment.front_door.tables.handle(
            "PutItem", {"TableName": table, "Item": to_item(each, item=each.item)}
        )
