"""Each invariant of rebalancing can fail."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.invariants import ours, rebalanced
from simulator.ledger_watch import OVER
from simulator.moves import MOVE, REBALANCE, SPARE, headroom_of
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import (
    Forbidden,
    Invariant,
    by_ballast,
    said_of_a_good_world,
    sentences,
    set_status,
)

ROOM = {"api": (2, 2)}


def move(stage: Stage, phase: str, instance: str | None = None, **data: Any) -> str:
    """What the ledger's watcher would note; answers whose move it is."""
    instance = instance or stage.instances("web")[0]
    known = {"cluster": "prod", "group": "web", "provider": "web", "method": "consolidate", "headroom": {}}
    stage.world.note(MOVE, instance=instance, phase=phase, **(known | data))
    return instance


def ask(stage: Stage, operation: str, **params: Any) -> None:
    stage.world.clusters["prod"].tags[REBALANCE] = "on"
    by_ballast(stage, "autoscaling", operation, params)


def below_what_lives(stage: Stage) -> None:
    ask(stage, "SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=3)


def launched_and_given_back(stage: Stage) -> None:
    ask(stage, "SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=5)
    stage.at(5, lambda: move(stage, "draining", stage.instances("web")[-1]))


def called_and_given_back(stage: Stage) -> None:
    zone = {"AvailabilityZones": ["us-east-1a"], "ClientToken": "one", "RetryStrategy": "none"}
    ask(stage, "LaunchInstances", AutoScalingGroupName="web", RequestedCapacity=1, **zone)
    stage.at(5, lambda: move(stage, "draining", stage.instances("web")[-1]))


def started_by_ecs_and_given_back(stage: Stage) -> None:
    provider = stage.world.providers["web"]
    provider.managed_scaling = True
    stage.world.set_desired("web", 5)
    stage.at(5, lambda: move(stage, "draining", stage.instances("web")[-1]))


def answered_twice_by_ecs(stage: Stage) -> None:
    move(stage, "draining")
    for minutes in (2, 3):
        raised = {"provider": "web", "group": "web", "old": 4, "new": 5}
        stage.at(minutes, lambda raised=raised: stage.world.note("managed_scaling", **raised))  # type: ignore[misc]


def left_open(stage: Stage) -> None:
    tables, ledger = stage.deployment.front_door.tables, stage.deployment.stack.names.physical("Ledger")
    item = {"cluster": "prod", "item": "move#i-0123456789abcdef0", "phase": "draining"}
    tables.handle("PutItem", {"TableName": ledger, "Item": {name: {"S": value} for name, value in item.items()}})


def taken_out_of_its_group(stage: Stage) -> None:
    instance = move(stage, OVER)
    del stage.world.groups.groups["web"].members[instance]


def eaten(stage: Stage) -> None:
    move(stage, "draining", headroom=ROOM)
    stage.at(3, lambda: move(stage, "terminating", headroom={"api": (2, 1)}))


def given_back_with_tasks_on_it(stage: Stage) -> None:
    stage.world.registry.deregister(stage.world.host(move(stage, "terminating")), actor="ballast")


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (rebalanced.desired_is_never_set_below_what_lives, below_what_lives),
    (rebalanced.nothing_goes_within_its_rest, launched_and_given_back),
    (rebalanced.nothing_goes_within_its_rest, called_and_given_back),
    (rebalanced.nothing_goes_within_its_rest, started_by_ecs_and_given_back),
    (rebalanced.ecs_brings_nothing_back, answered_twice_by_ecs),
    (rebalanced.every_open_move_ends, left_open),
    (rebalanced.no_instance_without_an_owner, taken_out_of_its_group),
    (rebalanced.headroom_is_never_eaten, eaten),
    (rebalanced.no_service_below_its_minimum_by_a_move, given_back_with_tasks_on_it),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN, ids=lambda each: each.__name__)
def test_what_rebalancing_may_not_do_is_missed(invariant: Invariant, forbidden: Forbidden) -> None:
    assert len(sentences(invariant, forbidden)) == 1
    assert said_of_a_good_world() == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _ in FORBIDDEN} == set(rebalanced.REBALANCE_INVARIANTS)


def loaded_meanwhile(stage: Stage) -> None:
    eaten(stage)
    stage.at(2, lambda: stage.world.scale_service("prod", "api", 9))


def asked_for_more(stage: Stage) -> None:
    answered_twice_by_ecs(stage)
    stage.at(1.5, lambda: stage.world.scale_service("prod", "api", 9))


def taken_by_ec2_meanwhile(stage: Stage) -> None:
    stage.world.terminate_instance(move(stage, "draining"))


def beside_an_older_record(stage: Stage) -> None:
    """Chaos seed 60402: ECS counts on tasks that ended with another host until the record of them is removed."""
    goes, other = stage.instances("web")[:2]
    stage.world.lose_agent_data(other)
    set_status(stage, "DRAINING", "ballast", move(stage, "draining", goes))
    stage.at(0.6, lambda: stage.world.terminate_instance(other))


@pytest.mark.parametrize(
    ("invariant", "allowed"),
    [
        (rebalanced.no_service_below_its_minimum_by_a_move, beside_an_older_record),
        (rebalanced.no_service_below_its_minimum_by_a_move, taken_by_ec2_meanwhile),
        (rebalanced.headroom_is_never_eaten, loaded_meanwhile),
        (rebalanced.ecs_brings_nothing_back, asked_for_more),
        (rebalanced.nothing_goes_within_its_rest, lambda stage: move(stage, "draining")),
        (ours.no_group_size_changed, below_what_lives),
    ],
    ids=["an older record", "taken by ec2", "load", "load for ecs", "old", "switched on"],
)
def test_what_it_may_do_is_not_missed(invariant: Invariant, allowed: Forbidden) -> None:
    assert sentences(invariant, allowed) == []


def test_headroom_is_counted_without_the_instance_that_goes() -> None:
    found: list[dict[str, tuple[int, int]]] = []

    def count(stage: Stage) -> None:
        stage.world.clusters["prod"].tags[SPARE] = "3 x api plus 1 x nobody"
        found.extend(headroom_of(stage, "prod", but) for but in ("", stage.instances("web")[0]))

    assert not sentences(rebalanced.headroom_is_never_eaten, count)
    (before, after) = (room["api"] for room in found)
    assert (before[0], after[0]) == (3, 3)
    assert before[1] > after[1] > 0


def test_a_move_is_noted_phase_by_phase_as_the_ledger_has_it() -> None:
    noted: list[str] = []

    def write(stage: Stage) -> None:
        left_open(stage)
        tables, ledger = stage.deployment.front_door.tables, stage.deployment.stack.names.physical("Ledger")
        key = {"cluster": {"S": "prod"}, "item": {"S": "move#i-0123456789abcdef0"}}
        tables.handle("DeleteItem", {"TableName": ledger, "Key": key})
        noted.extend(fact.data["phase"] for fact in stage.world.journal if fact.kind == MOVE)

    assert sentences(rebalanced.every_open_move_ends, write) == []
    assert noted == ["draining", OVER]
