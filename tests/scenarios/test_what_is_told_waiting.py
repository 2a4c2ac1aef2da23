"""Why a drain waits is read from the agent, the task and the placement, and what to do about it can be done."""

from __future__ import annotations

from typing import Any

from simulator.delivery.records import BusEvent
from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario

SOON = {"ScaleInDeadlineMinutes": "5"}


def page_of(build: Any) -> dict[str, Any]:
    """The page about the drain that does not end, whole."""
    with Stage(a_scenario(build, minutes=15, parameters=SOON), 1) as stage:
        stage.play()
        events: list[BusEvent] = list(stage.deployment.bus.events)
    details: list[dict[str, Any]] = [put.event["detail"] for put in events]
    return next(d for d in details if d.get("code") == "DrainStuck")


def a_full_group(stage: Stage, **service: Any) -> str:
    """Two instances, each with a task that needs most of one; the first leaves, and none takes its place."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=2, capacity_provider="web")
    world.add_service("prod", "shop", desired=2, memory_mib=10_000, **service)
    going = stage.instances("web")[0]
    stage.at(2, lambda: world.scale_in("web", going))
    return going


def test_where_there_is_no_room_the_page_says_what_is_short_and_the_biggest_room() -> None:
    """0.1.0 said "a task is RUNNING" (containers-roadmap 2467)."""
    page = page_of(a_full_group)

    assert "it needs 10,000 MiB of memory; the most that is free on one instance is 5,568 MiB of memory" in page["why"]
    assert "Add an instance with room for service:shop" in page["next"]


def test_without_an_agent_the_page_is_about_the_agent_and_nothing_else() -> None:
    def build(stage: Stage) -> None:
        going = a_full_group(stage, maximum_percent=100)
        stage.at(1, lambda: stage.world.disconnect_agent(going))

    page = page_of(build)

    assert "its ECS agent is disconnected" in page["why"]
    assert "memory" not in page["why"]
    assert "maximumPercent" not in page["next"]


def test_a_task_that_stops_slowly_is_told_with_since_when_and_what_it_waits_for() -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=3, capacity_provider="web")
        world.add_service("prod", "shop", desired=3, deregistration_delay_s=1200)
        stage.at(2, lambda: world.scale_in("web", stage.instances("web")[0]))

    page = page_of(build)

    assert "a task is told to stop since 09:02:" in page["why"]
    assert "is DEACTIVATING: its target group's deregistration delay runs" in page["why"]
