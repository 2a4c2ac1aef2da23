"""What an instance refresh launches never serves: its agent is lost as soon as it has joined."""

from __future__ import annotations

from simulator.scenarios.update import HALTED_MOST_MINUTES, UPDATES, fleet, is_over
from simulator.stage import Scenario, Stage

LOOK_S = 1.0


def build(stage: Stage) -> None:
    fleet(stage, instances=30)
    old = set(stage.instances("web"))
    stage.at(10, lambda: lose_newcomers(stage, old))


def lose_newcomers(stage: Stage, old: set[str]) -> None:
    """Once a second, those of the launch template's new version."""
    for id_ in stage.instances("web"):
        host = stage.world.find_host(id_)
        if id_ not in old and host is not None and host.agent_connected:
            stage.world.disconnect_agent(id_)
    stage.clock.after(LOOK_S, lambda: lose_newcomers(stage, old))


SCENARIO = Scenario(
    "bad-replace",
    "Bottlerocket by instance refresh: what it launches never serves; the rollout halts and pages",
    HALTED_MOST_MINUTES,
    build,
    {**UPDATES, "UpdateStrategy": "replace"},
    ends=is_over,
)
