"""A fleet of thirty goes from one Bottlerocket release to the next: announced, a canary, a bake, then wave after wave."""

from __future__ import annotations

from datetime import timedelta

from simulator.result import ledger_items
from simulator.rollout_result import rollouts_in, updates_in
from simulator.stage import MANAGED, Scenario, Stage

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
UPDATES = {
    "UpdateStrategy": "in-place",
    "UpdateBakeDays": "0",
    "UpdateCanaryBakeMinutes": "10",
    "UpdateWaveBakeMinutes": "5",
}
MOST_MINUTES, HALTED_MOST_MINUTES = 180.0, 120.0  # a release is noticed within the hour
CALM = timedelta(minutes=10)  # after the last move of a rollout: launch templates follow, a replacement joins


def build(stage: Stage) -> None:
    fleet(stage, instances=30)


def fleet(stage: Stage, *, instances: int) -> None:
    """About half full, with room for what a batch moves; the new release comes out after the first ten minutes."""
    world = stage.world
    releases = world.bottlerocket.releases
    releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=instances, capacity_provider="web", bottlerocket=(VARIANT, ARCH, BEFORE))
    world.add_service("prod", "api", desired=instances * 2, cpu=512, memory_mib=1024)
    world.add_service("prod", "worker", desired=instances, cpu=512, memory_mib=2048, stop_seconds=(20.0, 60.0))
    stage.at(10, lambda: releases.publish(VARIANT, ARCH, AFTER))


def is_over(stage: Stage) -> bool:
    """There was a rollout, none moves any more, nothing of it is under way, and it has been calm for a while."""
    items = ledger_items(stage)
    rollouts = list(rollouts_in(items))
    if not rollouts or any(r.moves or (r.halted_reason is None and not r.over) for r in rollouts):
        return False
    if any(item["item"]["S"].startswith("drain#") for item in items) or not all(u.settled for u in updates_in(items)):
        return False
    moved = [at for r in rollouts for at in (r.created_at, r.moved_at, r.ended_at) if at]
    return stage.world.clock.utc - max(moved) >= CALM


SCENARIO = Scenario(
    "update",
    "Bottlerocket 1.62.1 to 1.64.0 on thirty instances: canary, bake, waves",
    MOST_MINUTES,
    build,
    UPDATES,
    ends=is_over,
)
