"""Thirty percent of twenty hosts are lost within two hours, one after the other: they are replaced at a pace."""

from __future__ import annotations

from functools import partial

from simulator.scenarios.repair import RIGHTS, fleet
from simulator.stage import Scenario, Stage

LOST = 6
EVERY_MINUTES = 20


def build(stage: Stage) -> None:
    fleet(stage, 20)
    for number, instance in enumerate(stage.instances("web")[:LOST]):
        stage.at(5 + EVERY_MINUTES * number, partial(stage.world.disconnect_agent, instance))


SCENARIO = Scenario(
    "repair-slow", "Six of twenty hosts are lost within two hours: replaced at a pace", 270, build, RIGHTS
)
