"""A task of no service holds an instance beyond its drain deadline: on-call is told what blocks."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "api", desired=8)
    held = stage.instances("web")[0]
    task = world.run_task("prod", "nightly-export", on=held)
    stage.at(3, lambda: world.scale_in("web", held))
    stage.at(40, lambda: world.stop_task(task.arn))


SCENARIO = Scenario(
    "standalone-task",
    "A standalone task blocks a drain: one page at the deadline, then CONTINUE once it has ended",
    60,
    build,
    parameters={"ScaleInDeadlineMinutes": "30"},
)
