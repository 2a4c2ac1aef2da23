"""What an instance refresh launches never joins its cluster: the canary is not verified, the rollout halts and pages."""

from __future__ import annotations

from simulator.scenarios.update import HALTED_MOST_MINUTES, UPDATES, fleet, is_over
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage, instances=30)
    stage.world.break_newcomers("web", "never_joins")


SCENARIO = Scenario(
    "bad-replace",
    "Bottlerocket by instance refresh: the canary never joins; the rollout halts and pages",
    HALTED_MOST_MINUTES,
    build,
    {**UPDATES, "UpdateStrategy": "replace"},
    ends=is_over,
)
