"""Each invariant of repair can fail, and says nothing of what a repair may do."""

from __future__ import annotations

from functools import partial

import pytest

from simulator.invariants import ours, repaired
from simulator.invariants.drains import OPT_OUT
from simulator.ledger_watch import OVER
from simulator.repairs import ABSENT, AGENT, REPAIR, TAG, Illness
from simulator.stage import Stage
from simulator.world.core.core import Fact
from tests.simulator.invariants.forbidden import (
    Forbidden,
    Invariant,
    by_ballast,
    said_of_a_good_world,
    sentences,
    set_status,
    tell,
)

LONG = 40.0  # minutes


def repair(stage: Stage, number: int = 0, phase: str = "waiting") -> None:
    """What the ledger's watcher would note."""
    instance = stage.instances("web")[number]
    stage.world.note(REPAIR, cluster="prod", instance=instance, group="web", phase=phase)


def lose(stage: Stage, *numbers: int, for_s: float | None = None) -> None:
    for number in numbers:
        stage.world.disconnect_agent(stage.instances("web")[number], for_s)


def of_one_that_is_well(stage: Stage) -> None:
    repair(stage)


def after_five_minutes(stage: Stage) -> None:
    lose(stage, 0)
    stage.at(5.5, lambda: repair(stage))
    stage.at(8, lambda: repair(stage, phase=OVER))
    stage.at(8, lambda: lose_nothing(stage))


def lose_nothing(stage: Stage) -> None:
    stage.world.reconnect_agent(stage.instances("web")[0])


def after_a_break(stage: Stage) -> None:
    """Twice six minutes, with four well ones between them."""
    lose(stage, 0, for_s=360)
    stage.at(10.5, lambda: lose(stage, 0, for_s=600))
    stage.at(16.5, lambda: repair(stage))


def drained_when_well(stage: Stage) -> None:
    lose(stage, 0, for_s=12 * 60)
    stage.at(11, lambda: repair(stage))
    stage.at(17, lambda: set_status(stage, "DRAINING", "ballast"))


def drained_when_ended(stage: Stage) -> None:
    """Somebody else ends it seconds before the drain for which Ballast has looked at it."""
    lose(stage, 0)
    instance = stage.instances("web")[0]
    stage.at(11, lambda: repair(stage))
    stage.at(12, lambda: stage.world.terminate_instance(instance))
    stage.at(12.07, lambda: set_status(stage, "DRAINING", "ballast", instance))


def one_of_three_at_once(stage: Stage) -> None:
    lose(stage, 0, 1, 2)
    stage.at(12, lambda: repair(stage))


def a_whole_zone(stage: Stage) -> None:
    """Three of nineteen, and all that are in their zone."""
    world = stage.world
    world.add_group("far", "prod", desired=3, zones=("us-east-1d",), capacity_provider="far")
    world.add_group("wide", "prod", desired=11, capacity_provider="wide")
    far = stage.instances("far")
    for instance in far:
        stage.at(3, partial(world.disconnect_agent, instance))
    act = partial(world.note, REPAIR, cluster="prod", instance=far[0], group="far", phase="waiting")
    stage.at(16, act)


def two_within_the_hour(stage: Stage) -> None:
    lose(stage, 0)
    stage.at(12, lambda: lose(stage, 1))
    stage.at(13, lambda: repair(stage))
    stage.at(27, lambda: repair(stage, 1))


def left_as_it_is(stage: Stage) -> None:
    lose(stage, 0)
    stage.at(13, lambda: repair(stage))
    stage.at(20, lambda: repair(stage, phase=OVER))


def ended_before_its_time(stage: Stage) -> None:
    """Nobody has given it a quarter of an hour to join."""
    stage.world.clusters["prod"].tags[TAG] = "on"
    stage.world.break_newcomers("web", "never_joins")
    stage.world.set_desired("web", 5)
    stage.at(8, lambda: end_newest(stage))


def end_newest(stage: Stage) -> None:
    wanted = {"InstanceId": stage.instances("web")[-1], "ShouldDecrementDesiredCapacity": False}
    by_ballast(stage, "autoscaling", "TerminateInstanceInAutoScalingGroup", wanted)


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (repaired.no_repair_on_a_young_signal, of_one_that_is_well),
    (repaired.no_repair_on_a_young_signal, after_five_minutes),
    (repaired.no_repair_on_a_young_signal, after_a_break),
    (repaired.no_repair_on_a_young_signal, ended_before_its_time),
    (repaired.no_repair_drains_what_is_well, drained_when_well),
    (repaired.no_repair_of_what_many_share, one_of_three_at_once),
    (repaired.no_repair_of_what_many_share, a_whole_zone),
    (repaired.never_faster_than_the_pace, two_within_the_hour),
    (repaired.every_repair_ends, left_as_it_is),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN, ids=lambda each: each.__name__)
def test_what_a_repair_may_not_do_is_missed(invariant: Invariant, forbidden: Forbidden) -> None:
    assert len(sentences(invariant, forbidden, LONG)) == 1
    assert said_of_a_good_world() == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _ in FORBIDDEN} == set(repaired.REPAIR_INVARIANTS)


def replaced(stage: Stage) -> None:
    lose(stage, 0)
    stage.at(11, lambda: repair(stage))
    stage.at(12, lambda: set_status(stage, "DRAINING", "ballast"))
    ill = stage.instances("web")[0]
    stage.at(15, lambda: stage.world.terminate_instance(ill))
    stage.at(15, lambda: stage.world.note(REPAIR, cluster="prod", instance=ill, group="web", phase=OVER))


def beside_one_of_long_ago(stage: Stage) -> None:
    lose(stage, 1, 2)
    stage.at(20, lambda: lose(stage, 0))
    stage.at(32, lambda: repair(stage))


def after_a_break_that_nobody_saw(stage: Stage) -> None:
    lose(stage, 0, for_s=360)
    stage.at(7.5, lambda: lose(stage, 0))
    stage.at(11, lambda: repair(stage))


def with_a_shorter_hysteresis(stage: Stage) -> None:
    stage.world.clusters["prod"].tags[f"{TAG}-after-minutes"] = "5"
    lose(stage, 0)
    stage.at(6, lambda: repair(stage))


def one_after_an_hour(stage: Stage) -> None:
    stage.world.clusters["prod"].tags[f"{TAG}-per-hour-percent"] = "25"
    two_within_the_hour(stage)


ALLOWED: tuple[Forbidden, ...] = (
    replaced,
    beside_one_of_long_ago,
    after_a_break_that_nobody_saw,
    with_a_shorter_hysteresis,
    one_after_an_hour,
)


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda each: each.__name__)
def test_what_a_repair_may_do_is_not_missed(allowed: Forbidden) -> None:
    of_its_course = (each for each in repaired.REPAIR_INVARIANTS if each is not repaired.every_repair_ends)

    assert [said for invariant in of_its_course for said in sentences(invariant, allowed, LONG)] == []


def well_again(stage: Stage) -> None:
    lose(stage, 0, for_s=15 * 60)
    stage.at(13, lambda: repair(stage))
    stage.at(20, lambda: repair(stage, phase=OVER))


def vetoed(stage: Stage) -> None:
    left_as_it_is(stage)
    stage.at(14, lambda: stage.world.note(OPT_OUT, instance=stage.instances("web")[0]))


def told_of(stage: Stage) -> None:
    left_as_it_is(stage)
    stage.at(20, lambda: tell(stage, code="RepairFailed", severity="ticket"))


@pytest.mark.parametrize("end", [replaced, well_again, vetoed, told_of], ids=lambda each: each.__name__)
def test_a_repair_ends_in_replaced_recovered_vetoed_or_told(end: Forbidden) -> None:
    assert sentences(repaired.every_repair_ends, end, LONG) == []


def test_a_group_may_grow_for_a_repair_where_the_operator_has_switched_that_on() -> None:
    def grow(stage: Stage) -> None:
        stage.repaired.add("prod")
        wanted = {"AutoScalingGroupName": "web", "DesiredCapacity": 5}
        by_ballast(stage, "autoscaling", "SetDesiredCapacity", wanted)

    assert sentences(ours.no_group_size_changed, grow) == []


def test_what_never_joined_has_been_absent_since_its_launch_and_what_joined_is_not() -> None:
    known = Illness()
    for number, at_s in ((1, 5.0), (2, 6.0)):
        known.learn(Fact(at_s, "instance_launched", {"instance": f"i-{number}", "zone": "a"}))
    joined = {"instance": "i-2", "status": "ACTIVE", "already_there": False}
    known.learn(Fact(90.0, "instance_joined", joined))

    assert known.since_s("i-1", 100.0) == {ABSENT: 5.0}
    assert known.since_s("i-2", 100.0) == {}


def test_what_somebody_ended_while_it_was_ill_has_not_recovered() -> None:
    """Chaos seed 60147."""
    assert sentences(repaired.no_repair_drains_what_is_well, drained_when_ended, 14) == []


def test_an_agent_that_is_back_for_long_is_well_and_one_that_was_hardly_back_was_away_all_the_time() -> None:
    known = Illness()
    for at_s, connected in ((10.0, False), (100.0, True), (200.0, False), (300.0, True), (600.0, False)):
        known.learn(Fact(at_s, "agent", {"instance": "i-1", "connected": connected}))
        if at_s == 200.0:
            assert known.since_s("i-1", 250.0) == {AGENT: 10.0}

    assert known.since_s("i-1", 700.0) == {AGENT: 600.0}
