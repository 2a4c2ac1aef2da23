"""Each invariant of hooks can fail: one is let go that should not be, or nobody cares for it."""

from __future__ import annotations

import pytest

from simulator.invariants import hooks
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import (
    Forbidden,
    Invariant,
    by_ballast,
    said_of_a_good_world,
    sentences,
    set_status,
    tell,
)


def complete(stage: Stage, group: str, hook: str, result: str = "CONTINUE") -> None:
    instance = stage.instances(group)[0]
    stage.world.scale_in(group, instance)
    by_ballast(
        stage,
        "autoscaling",
        "CompleteLifecycleAction",
        {
            "AutoScalingGroupName": group,
            "LifecycleHookName": hook,
            "InstanceId": instance,
            "LifecycleActionResult": result,
        },
    )


def an_older_record_holds_the_task(stage: Stage) -> None:
    """The newest record is empty; the task is on the one that its agent left behind in another managed cluster."""
    world, instance = stage.world, stage.instances("web")[0]
    for task in list(world.host(instance).unfinished.values()):
        world.stop_task(task.arn)
    set_status(stage, "DRAINING", "ballast", instance)
    world.add_ghost(instance, tasks=1)
    stage.at(2, lambda: complete(stage, "web", "ballast-drain"))


def told_to_stop(stage: Stage, *, agent_away: bool, how_many: int = 2) -> None:
    """ECS has told tasks of the host to stop, which takes them longer than Ballast waits."""
    world, instance = stage.world, stage.instances("web")[0]
    if agent_away:
        world.disconnect_agent(instance)
    for task in list(world.host(instance).unfinished.values())[:how_many]:
        world.stop_task(task.arn)
    complete(stage, "web", "ballast-drain")


def told_and_heard(stage: Stage) -> None:
    told_to_stop(stage, agent_away=False)


def none_is_told(stage: Stage) -> None:
    told_to_stop(stage, agent_away=True, how_many=0)


def strangers_hook_lets_go(stage: Stage) -> None:
    complete(stage, "others", "theirs")


def not_told(stage: Stage) -> None:
    """Our hook is on a group of strangers, and Ballast lets it go with their tasks, without a word."""
    stage.world.groups.groups["others"].hooks["ballast-drain"] = stage.world.groups.groups["web"].hooks["ballast-drain"]
    complete(stage, "others", "ballast-drain")


def never_beaten(stage: Stage) -> None:
    """Ballast hears of nothing: its bus is closed."""
    stage.deployment.bus.open = False
    stage.world.scale_in("web", stage.instances("web")[0])


def told_and_then_forgotten(stage: Stage) -> None:
    tell(stage, code="DrainStuck")
    never_beaten(stage)


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (hooks.no_foreign_hook_completed, strangers_hook_lets_go),
    (hooks.no_hook_abandoned, lambda stage: complete(stage, "web", "ballast-drain", "ABANDON")),
    (hooks.no_hook_released_with_tasks_left, lambda stage: complete(stage, "web", "ballast-drain")),
    (hooks.no_hook_released_with_tasks_left, an_older_record_holds_the_task),
    (hooks.no_hook_released_with_tasks_left, told_and_heard),
    (hooks.no_hook_released_with_tasks_left, none_is_told),
    (hooks.no_host_of_another_cluster_released_in_silence, not_told),
    (hooks.no_owned_hook_timed_out, never_beaten),
    (hooks.no_owned_hook_timed_out, told_and_then_forgotten),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN)
def test_a_hook_that_is_not_cared_for_is_missed(invariant: Invariant, forbidden: Forbidden) -> None:
    assert len(sentences(invariant, forbidden)) == 1
    assert said_of_a_good_world() == []


def test_a_host_whose_agent_cannot_stop_what_ecs_has_told_to_stop_may_go() -> None:
    assert sentences(hooks.no_hook_released_with_tasks_left, lambda stage: told_to_stop(stage, agent_away=True)) == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _ in FORBIDDEN} == set(hooks.HOOK_INVARIANTS)
