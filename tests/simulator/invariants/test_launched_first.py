"""The invariant of what is launched before a repair can fail, and says nothing of what is given back or made use of."""

from __future__ import annotations

import pytest

from simulator.invariants.launched_first import what_was_launched_first_goes_again
from simulator.ledger_watch import OVER
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import Forbidden, by_ballast, said_of_a_good_world, sentences
from tests.simulator.invariants.test_repaired import lose, repair

LONG = 40.0  # minutes


def wants(stage: Stage, number: int) -> None:
    by_ballast(stage, "autoscaling", "SetDesiredCapacity", {"AutoScalingGroupName": "web", "DesiredCapacity": number})


def one_too_many(stage: Stage) -> None:
    """The repair is over, as its instance is well again."""
    lose(stage, 0, for_s=600)
    wants(stage, 5)
    stage.at(12, lambda: repair(stage, phase=OVER))


def with_a_daemon(stage: Stage) -> None:
    stage.world.add_service("prod", "log-agent", daemon=True)
    one_too_many(stage)


@pytest.mark.parametrize("forbidden", [one_too_many, with_a_daemon])
def test_one_that_is_left_behind_is_missed(forbidden: Forbidden) -> None:
    assert len(sentences(what_was_launched_first_goes_again, forbidden, LONG)) == 1
    assert said_of_a_good_world() == []


def given_back(stage: Stage) -> None:
    one_too_many(stage)
    stage.at(14, lambda: end(stage, -1))


def given_back_and_grown_by_others(stage: Stage) -> None:
    """Chaos seed 60500: an instance came back from Standby, and one that was lost was launched anew."""
    other, lost = stage.instances("web")[1:3]
    lose(stage, 0, for_s=600)
    stage.world.enter_standby(other)
    wants(stage, 4)
    stage.at(12, lambda: repair(stage, phase=OVER))
    stage.at(14, lambda: end(stage, -1))
    stage.at(16, lambda: stage.world.exit_standby(other))
    stage.at(18, lambda: stage.world.terminate_instance(lost))


def end(stage: Stage, number: int) -> None:
    wanted = {"InstanceId": stage.instances("web")[number], "ShouldDecrementDesiredCapacity": True}
    by_ballast(stage, "autoscaling", "TerminateInstanceInAutoScalingGroup", wanted)


def the_ill_one_goes(stage: Stage) -> None:
    one_too_many(stage)
    stage.at(11, lambda: end(stage, 0))


def the_ill_one_goes_and_another_falls_ill_later(stage: Stage) -> None:
    """Chaos seed 65335: what was launched for the one was missed for the other, which was well again."""
    ill, other = stage.instances("web")[:2]
    lose(stage, 0)
    wants(stage, 5)
    stage.at(11, lambda: repair(stage, phase=OVER))
    stage.at(11, lambda: stage.world.terminate_instance(ill))
    stage.at(15, lambda: repair(stage, stage.instances("web").index(other), phase=OVER))


def a_task_came(stage: Stage) -> None:
    one_too_many(stage)
    stage.at(8, lambda: stage.world.run_task("prod", "report", on=stage.instances("web")[-1]))


def somebody_else_wants_as_many(stage: Stage) -> None:
    one_too_many(stage)
    stage.at(13, lambda: stage.world.set_desired("web", 6))


def it_is_over_for_a_short_while_only(stage: Stage) -> None:
    wants(stage, 5)
    stage.at(22, lambda: repair(stage, phase=OVER))


def it_goes_on(stage: Stage) -> None:
    lose(stage, 0)
    wants(stage, 5)
    stage.at(12, lambda: repair(stage))


@pytest.mark.parametrize(
    "allowed",
    [
        given_back,
        given_back_and_grown_by_others,
        the_ill_one_goes,
        the_ill_one_goes_and_another_falls_ill_later,
        a_task_came,
        somebody_else_wants_as_many,
        it_is_over_for_a_short_while_only,
        it_goes_on,
    ],
)
def test_whatever_else_becomes_of_it_is_not(allowed: Forbidden) -> None:
    assert list(sentences(what_was_launched_first_goes_again, allowed, LONG)) == []
