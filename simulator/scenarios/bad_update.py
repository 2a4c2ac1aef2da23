"""The canary does not come back from its reboot: the rollout halts, one page, and the group replaces the instance."""

from __future__ import annotations

from simulator.scenarios.update import HALTED_MOST_MINUTES, UPDATES, fleet, is_over
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage, instances=30)
    for instance_id in stage.instances("web"):
        stage.world.bottlerocket.require(instance_id).troubles.never_returns = True


SCENARIO = Scenario(
    "bad-update",
    "Bottlerocket: the canary never returns; the rollout halts and pages",
    HALTED_MOST_MINUTES,
    build,
    UPDATES,
    ends=is_over,
)
