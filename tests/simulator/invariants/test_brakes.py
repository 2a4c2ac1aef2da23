"""The invariant of brakes can fail, with each act that is one of choice, and says nothing of what is forced."""

from __future__ import annotations

import pytest

from simulator.invariants.brakes import (
    PAUSED,
    UNPAUSED,
    nothing_voluntary_where_a_zone_is_left,
    nothing_voluntary_while_paused,
)
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import ask, first, record_of, said_of_a_good_world, sentences

DRAIN = ("ecs", "UpdateContainerInstancesState")
BY_CHOICE = {
    "drain": ask(*DRAIN, cluster="prod", containerInstances=lambda s: [record_of("web")(s)], status="DRAINING"),
    "replacement": ask(
        "autoscaling", "TerminateInstanceInAutoScalingGroup", InstanceId=first("web"), ShouldDecrementDesiredCapacity=False
    ),
    "hook": ask(
        "autoscaling", "PutLifecycleHook", AutoScalingGroupName="web", LifecycleHookName="ballast-drain",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
    ),
}  # fmt: skip


def paused(stage: Stage, act: str, *, at: float = 3, warned: bool = False) -> None:
    stage.world.note(PAUSED)
    if warned:
        stage.world.warn_spot(stage.instances("web")[0])
    stage.at(5, lambda: stage.world.note(UNPAUSED))
    stage.at(at, lambda: BY_CHOICE[act](stage))


@pytest.mark.parametrize("act", BY_CHOICE)
def test_an_act_of_choice_during_a_pause_is_missed(act: str) -> None:
    [sentence] = sentences(nothing_voluntary_while_paused, lambda stage: paused(stage, act))

    assert "although all is paused since 30 s" in sentence
    assert said_of_a_good_world() == []


@pytest.mark.parametrize("at", [1.5, 5.5])
def test_what_was_under_way_or_comes_after_it_is_not(at: float) -> None:
    assert sentences(nothing_voluntary_while_paused, lambda stage: paused(stage, "drain", at=at)) == []


def test_what_is_forced_is_not() -> None:
    assert sentences(nothing_voluntary_while_paused, lambda stage: paused(stage, "drain", at=2.2, warned=True)) == []


@pytest.mark.parametrize(("zone", "missed"), [("us-east-1a", 1), ("us-east-1b", 0)])
def test_a_drain_by_choice_in_a_zone_that_is_left_is_missed(zone: str, missed: int) -> None:
    def shifted(stage: Stage) -> None:
        stage.at(1, lambda: stage.world.shift_zone("web", zone))
        stage.at(3, lambda: BY_CHOICE["drain"](stage))

    assert len(sentences(nothing_voluntary_where_a_zone_is_left, shifted)) == missed
