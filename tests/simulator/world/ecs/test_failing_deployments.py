"""Deployments whose tasks never run: tried again for ever, given up, or rolled back."""

from __future__ import annotations

import pytest

from simulator.world.ecs.deployments import Breaker, threshold
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, ecs, facts, heard_by, lowest_running


def deployed(breaker: Breaker, *, until_s: float = 3000) -> tuple[World, list[str], list[dict[str, object]]]:
    """A service of four, whose new revision fails; events by name, and the deployments that ECS shows."""
    world = a_fleet(4)
    world.add_service(CLUSTER, "api", desired=4)
    world.clock.run_until(60)
    events = heard_by(world)
    world.deploy(CLUSTER, "api", fails=True, circuit_breaker=breaker)
    world.clock.run_until(until_s)
    names = [str(e["detail"]["eventName"]) for e in events if "eventName" in e["detail"]]
    return world, names, ecs(world, "DescribeServices", services=["api"])["services"][0]["deployments"]


@pytest.mark.parametrize(("desired", "failures"), [(1, 3), (6, 3), (25, 13), (1000, 200)])
def test_half_of_the_desired_tasks_must_fail(desired: int, failures: int) -> None:
    assert threshold(desired) == failures


def test_without_a_breaker_tasks_are_tried_ever_later_and_the_old_ones_stay() -> None:
    world, names, (new, old) = deployed("off")
    failed_s = [fact.at_s for fact in facts(world, "task_stopped", cause="failed_to_start")]

    assert "SERVICE_TASK_START_IMPAIRED" in names
    assert (new["rolloutState"], old["runningCount"]) == ("IN_PROGRESS", 4)
    assert failed_s[-1] - failed_s[-5] > failed_s[4] - failed_s[0]
    assert lowest_running(world, "api") == 4


def test_a_breaker_gives_up_and_starts_nothing_more() -> None:
    world, names, (new, old) = deployed("stop")

    assert names.count("SERVICE_DEPLOYMENT_FAILED") == 1
    assert (new["rolloutState"], new["runningCount"], old["runningCount"]) == ("FAILED", 0, 4)
    assert new["failedTasks"] == len(facts(world, "task_stopped", cause="failed_to_start"))


def test_a_breaker_rolls_back_to_the_tasks_that_ran_before() -> None:
    world, names, shown = deployed("rollback")

    assert names[-1] in ("SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_STEADY_STATE")
    assert [(d["rolloutState"], d["runningCount"]) for d in shown] == [("COMPLETED", 4)]
    assert lowest_running(world, "api") == 4
    world.deploy(CLUSTER, "api")  # the next one is as any other
    world.clock.run_until(4000)
    assert {task.spec.revision for task in world.clusters[CLUSTER].services["api"].tasks.values()} == {2}
