"""A move whose function is killed after any call that changes something ends as if it had not been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simulator.delivery.faults import Faults, KillPoint
from simulator.stage import Stage
from tests.scenarios.rebalanced import LARGE, SMALL, Rebalanced, a_story, cluster_on, group_of, played, service_on

FUNCTION = "RebalanceCapacity"
TELLS_OR_READS = ("PutEvents", "Describe", "List", "Get", "Query", "BatchGet")


def cheaper(stage: Stage) -> None:
    """A large one goes for a small one, which is launched first: every step that a move can have."""
    cluster_on(stage)
    [large] = group_of(stage, 1, shape=LARGE, maximum=3)
    service_on(stage, {large: 3})
    stage.world.groups.groups["web"].shape = SMALL


def story(kill_at: KillPoint | None = None) -> Rebalanced:
    scenario = replace(a_story(cheaper, 14), faults=Faults(kill_at=kill_at))
    with Stage(scenario, 1) as stage:
        return played(stage)


def kill_points(done: Rebalanced) -> Iterator[int]:
    """By number, from the launch until the move is over. Before it nothing is done, so that it is only done later."""
    calls = [call.operation for call in done.stage.deployment.calls if call.function == FUNCTION]
    for number in range(calls.index("SetDesiredCapacity"), len(calls) - calls[::-1].index("DeleteItem")):
        if not calls[number].startswith(TELLS_OR_READS):
            yield number + 1


def came_of(done: Rebalanced) -> tuple[int, int, int]:
    """How many are left, what the group wants, and how many were given back."""
    group = done.stage.world.groups.groups["web"]
    return len(group.staying), group.desired, len(done.gone())


def test_a_move_killed_after_any_step_ends_as_if_it_had_not_been() -> None:
    undisturbed = story()
    points = list(kill_points(undisturbed))

    assert came_of(undisturbed) == (1, 1, 1)
    assert len(points) > 7
    for call in points:
        killed = story(KillPoint(call, "after", FUNCTION))
        assert not killed.broken, f"killed after call {call}"
        assert came_of(killed) == (1, 1, 1), f"killed after call {call}"
