"""What is next for a move under way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.rebalance.acts import Act, Do, GoOn, Page
from ballast.rebalance.settle import settle
from ballast.rebalance.snapshot import Instance, Snapshot
from ballast.records.rebalancing import MovePhase, ProviderMemory
from tests.ballast.rebalance.builders import (
    ON,
    PROVIDER,
    a_daemon,
    a_move,
    a_snapshot,
    a_task,
    an_instance,
    before,
    ground,
    minutes,
    some_tasks,
    workload,
)
from tests.builders import CLUSTER, NOW, a_brake

DRAINING = {"status": "DRAINING"}
EMPTY = an_instance(1, a_daemon(), host=DRAINING)
FULL = an_instance(1, *some_tasks(2), host=DRAINING)
OTHERS = [an_instance(2, *some_tasks(2)), an_instance(3, *some_tasks(2))]


def under_way(instance: Instance, **changes: Any) -> Snapshot:
    """The move of the first of three began five minutes ago."""
    move = a_move(instance, **changes.pop("move", {}))
    return a_snapshot(instance, *OTHERS, moves=(move,), **changes)


def steps(snapshot: Snapshot) -> list[Act]:
    here = ground(snapshot)
    return list(settle(here, here.parts[0]))


def step(snapshot: Snapshot) -> GoOn:
    first = steps(snapshot)[0]
    assert isinstance(first, GoOn)
    return first


def without(snapshot: Snapshot, instance: Instance, **capacity: Any) -> Snapshot:
    """Neither ECS nor Auto Scaling has it any more."""
    group = snapshot.groups[0]
    seen = replace(group.capacity, in_service=group.capacity.in_service - {instance.id}, **capacity)
    rest = tuple(i for i in snapshot.instances if i.id != instance.id)
    return replace(snapshot, instances=rest, groups=(replace(group, capacity=seen),))


def test_it_waits_while_tasks_move() -> None:
    assert step(under_way(FULL)).do is Do.WAIT
    assert step(under_way(replace(EMPTY, tasks=None))).do is Do.WAIT


def test_what_runs_on_another_record_of_the_host_holds_it_as_well() -> None:
    """Its agent lost its data and registered again while it drained."""
    assert step(under_way(replace(EMPTY, left_behind=1))).do is Do.WAIT


def test_the_minute_it_is_empty_it_is_terminated_and_the_group_gets_smaller() -> None:
    """Timeline 1. Hazard: drained and left to ECS, the group might end a busy one."""
    done = step(under_way(EMPTY, managed=True, group={"capacity": {"desired": 3}}))

    assert done.do is Do.TERMINATE
    assert done.after
    assert (done.after.phase, done.after.desired) == (MovePhase.TERMINATING, 2)
    assert done.after.deadline == NOW + minutes(5)


@pytest.mark.parametrize(
    ("group", "do"),
    [
        ({"ecs_lowered_at": before(1)}, Do.WAIT),  # timeline 10: ECS lowers the size first
        ({"capacity": {"desired": 2}}, Do.WAIT),
        ({"ecs_lowered_at": before(2)}, Do.TERMINATE),
        ({"capacity": {"desired": 4}}, Do.WAIT),
        ({"min_size": 3}, Do.UNDO),
        ({"refreshing": True}, Do.UNDO),
    ],
)
def test_it_is_never_decremented_twice_nor_below_the_minimum(group: dict[str, Any], do: Do) -> None:
    assert step(under_way(EMPTY, managed=True, group=group)).do is do


def test_what_ecs_was_to_take_and_did_not_is_active_again_at_the_deadline() -> None:
    late = under_way(EMPTY, move={"deadline": NOW}, group={"capacity": {"desired": 2}})

    assert step(late).do is Do.UNDO


def test_if_the_load_has_come_back_it_stays() -> None:
    """At a target of 50 % two in use want four."""
    assert step(under_way(EMPTY, managed=True, provider={"target_percent": 50})).do is Do.UNDO


def test_an_instance_in_standby_is_not_terminated() -> None:
    assert step(under_way(replace(EMPTY, lifecycle_state="Standby"))).do is Do.UNDO


def test_an_instance_that_ecs_adds_during_our_drain_ends_rebalancing_there() -> None:
    """Timeline 4: whether a draining instance counts is not documented, so the first one is a probe."""
    undo, page = steps(under_way(FULL, managed=True, group={"ecs_raised_at": before(3)}))

    assert isinstance(undo, GoOn)
    assert undo.do is Do.UNDO
    assert undo.memory
    assert undo.memory.drain_counts_against
    assert undo.memory.failed_at == NOW
    assert isinstance(page, Page)
    assert "until you say otherwise" in page.sentence


@pytest.mark.parametrize(
    "other",
    [
        workload("api", 1, service={"desired": 5}),
        workload("api", 1, resized_at=before(4)),
        workload("api", 1, busy="a deployment is in progress"),
    ],
)
def test_one_that_ecs_adds_for_others_is_no_fault_of_the_provider(other: Any) -> None:
    undo = step(under_way(FULL, managed=True, group={"ecs_raised_at": before(3)}, services={"api": other}))

    assert undo.do is Do.UNDO
    assert undo.memory
    assert not undo.memory.drain_counts_against


def test_one_that_ecs_adds_for_moved_tasks_whose_room_was_taken_is_no_fault_of_the_provider() -> None:
    """ECS counts what drains as running, so the counts look as if nothing were missing; of the others each is full."""
    full = [an_instance(n, *some_tasks(8, "batch")) for n in (2, 3)]
    grows = {"ecs_raised_at": before(3), "desired_since": before(3), "capacity": {"desired": 4}}
    undo = step(a_snapshot(FULL, *full, moves=(a_move(FULL),), managed=True, group=grows))

    assert (undo.do, undo.why) == (
        Do.UNDO,
        "ECS added capacity, as a moved task of service web found its room taken",
    )
    assert undo.memory
    assert not undo.memory.drain_counts_against


def test_one_that_ecs_added_before_is_not_counted() -> None:
    assert step(under_way(FULL, managed=True, group={"ecs_raised_at": before(6)})).do is Do.WAIT


@pytest.mark.parametrize(
    ("changes", "do"),
    [
        ({"service": {"placement_failure": "RESOURCE:MEMORY"}}, Do.UNDO),
        ({"service": {"running": 3}, "short_since": before(2)}, Do.UNDO),
        ({"service": {"running": 3}, "short_since": before(1)}, Do.WAIT),
        ({"service": {"running": 3}, "short_since": before(6)}, Do.WAIT),  # it was short before
    ],
)
def test_a_moved_task_that_finds_no_place_ends_the_move(changes: dict[str, Any], do: Do) -> None:
    acts = steps(under_way(FULL, services={"web": workload("web", 6, **changes)}))

    assert isinstance(acts[0], GoOn)
    assert acts[0].do is do
    assert [act.key for act in acts[1:] if isinstance(act, Page)] == (["undone web-provider"] if do is Do.UNDO else [])


def test_a_drain_that_takes_too_long_is_undone_and_the_provider_rests() -> None:
    undo = step(under_way(FULL, move={"deadline": NOW}))

    assert (undo.do, undo.after) == (Do.UNDO, None)
    assert undo.memory == ProviderMemory(CLUSTER, PROVIDER, failed_at=NOW, revision=1)


def test_one_that_somebody_set_active_is_let_go() -> None:
    back = an_instance(1, *some_tasks(2))

    assert step(under_way(back)).do is Do.DROP
    assert step(under_way(back, move={"started_at": before(2)})).do is Do.WAIT  # ECS may not show it yet


def test_one_that_is_already_gone_is_finished_without_a_decrement() -> None:
    done = step(without(under_way(FULL), FULL))

    assert (done.do, done.why, done.memory) == (Do.FINISH, "it is already gone", None)


def test_absent_from_ecs_alone_is_not_gone() -> None:
    snapshot = under_way(FULL)
    unlisted = replace(snapshot, instances=snapshot.instances[1:])

    assert step(unlisted).do is Do.WAIT
    assert step(replace(unlisted, groups=())).do is Do.WAIT


TERMINATING = {"phase": MovePhase.TERMINATING, "desired": 2, "deadline": NOW + minutes(5)}


def test_a_clean_move_is_remembered_once_it_is_gone() -> None:
    snapshot = under_way(EMPTY, move=TERMINATING)
    done = step(without(snapshot, EMPTY, desired=2))

    assert step(snapshot).do is Do.WAIT
    assert done.do is Do.FINISH
    assert done.memory
    assert done.memory.clean_moves == 1


@pytest.mark.parametrize(("desired", "do"), [(2, Do.REPLACE), (3, Do.TERMINATE)])
def test_a_request_to_terminate_that_was_not_heard_is_repeated_and_lowers_once(desired: int, do: Do) -> None:
    late = under_way(EMPTY, move={**TERMINATING, "deadline": NOW}, group={"capacity": {"desired": desired}})

    assert step(late).do is do


@pytest.mark.parametrize(
    ("instance", "do"),
    [
        (an_instance(1, *some_tasks(2)), Do.DROP),  # a pause gave its drain up, and ECS placed tasks there
        (an_instance(1, a_daemon()), Do.DROP),
        (FULL, Do.UNDO),
        (replace(EMPTY, tasks=None), Do.UNDO),
    ],
)
def test_one_that_was_not_heard_is_not_asked_for_again_with_tasks_on_it(instance: Instance, do: Do) -> None:
    late = under_way(instance, move={**TERMINATING, "deadline": NOW})

    assert step(late).do is do


def test_one_that_was_not_heard_is_active_again_where_the_group_wants_more_by_now() -> None:
    late = under_way(EMPTY, move={**TERMINATING, "deadline": NOW}, group={"capacity": {"desired": 4}})

    assert step(late).do is Do.UNDO


def test_of_two_that_are_empty_at_once_each_lowers_the_group_by_its_own() -> None:
    """The second expected the size that the first had left, took that for its own lowering, and was replaced for nothing."""
    second = an_instance(2, a_daemon(), host=DRAINING)
    both = [EMPTY, second, an_instance(3, *some_tasks(2)), an_instance(4, *some_tasks(2))]
    acts = steps(a_snapshot(*both, moves=(a_move(EMPTY), a_move(second))))
    first_failed = a_move(second, **{**TERMINATING, "deadline": NOW, "desired": 2})
    again = step(a_snapshot(*both[1:], moves=(first_failed,)))

    assert [(act.do, act.after and act.after.desired) for act in acts if isinstance(act, GoOn)] == [
        (Do.TERMINATE, 3),
        (Do.TERMINATE, 2),
    ]
    assert (again.do, again.after and again.after.desired) == (Do.TERMINATE, 2)


def test_of_two_that_are_empty_at_once_only_one_goes_where_the_minimum_allows_no_more() -> None:
    second = an_instance(2, a_daemon(), host=DRAINING)
    both = [EMPTY, second, an_instance(3, *some_tasks(2))]
    acts = steps(a_snapshot(*both, moves=(a_move(EMPTY), a_move(second)), group={"min_size": 2}))

    assert [act.do for act in acts if isinstance(act, GoOn)] == [Do.TERMINATE, Do.UNDO]


def test_while_its_hooks_run_it_waits_however_long() -> None:
    late = under_way(
        EMPTY,
        move={**TERMINATING, "deadline": NOW},
        group={"capacity": {"leaving": frozenset({EMPTY.id})}},
    )

    assert step(late).do is Do.WAIT


def test_a_move_goes_on_whatever_the_policy_says_by_now() -> None:
    snapshot = under_way(EMPTY)
    here = ground(snapshot, replace(ON, consolidate=False))

    assert [act.do for act in settle(here, here.parts[0]) if isinstance(act, GoOn)] == [Do.TERMINATE]


@pytest.mark.parametrize(
    ("move", "wanted", "do"),
    [
        ({}, 3, Do.UNDO),
        ({**TERMINATING, "deadline": NOW}, 3, Do.UNDO),
        ({**TERMINATING, "deadline": NOW}, 2, Do.REPLACE),  # it was heard, and the group would end one of its choice
        (TERMINATING, 3, Do.WAIT),
    ],
)
def test_during_a_brake_nothing_is_terminated_and_what_was_to_be_serves_again(
    move: dict[str, Any], wanted: int, do: Do
) -> None:
    snapshot = under_way(EMPTY, move=move, group={"capacity": {"desired": wanted}})
    paused = replace(snapshot.cluster.policy, brake=a_brake())

    acts = steps(replace(snapshot, cluster=replace(snapshot.cluster, policy=paused)))

    assert [(act.do, act.memory) for act in acts if isinstance(act, GoOn)] == [(do, None)]
    assert not [act for act in acts if isinstance(act, Page)]


def test_a_task_that_is_stopping_still_holds_it() -> None:
    stopping = an_instance(1, a_task(desired_status="STOPPED", last_status="DEACTIVATING"), host=DRAINING)

    assert step(under_way(stopping)).do is Do.WAIT


def two_empty(**group: Any) -> Snapshot:
    empty = [an_instance(n, host=DRAINING) for n in (1, 2)]
    moves = tuple(a_move(instance, tasks=0) for instance in empty)
    return a_snapshot(*empty, *OTHERS[1:], moves=moves, group=group)


def test_of_two_that_are_empty_each_lowers_the_group_by_one() -> None:
    done = [act for act in steps(two_empty()) if isinstance(act, GoOn)]

    assert [(act.do, act.after.desired if act.after else None) for act in done] == [
        (Do.TERMINATE, 2),
        (Do.TERMINATE, 1),
    ]


def test_the_second_of_two_that_are_empty_stays_above_the_minimum() -> None:
    done = [act for act in steps(two_empty(min_size=2)) if isinstance(act, GoOn)]

    assert [act.do for act in done] == [Do.TERMINATE, Do.UNDO]


def test_what_auto_scaling_terminates_already_is_waited_for_and_nobody_is_told_that_it_serves() -> None:
    """Of two functions one has asked for it; the other one has read the move before."""
    goes = an_instance(1, lifecycle_state="Terminating:Wait", host={"status": "DRAINING"})
    here = ground(a_snapshot(goes, an_instance(2), moves=(a_move(goes, phase=MovePhase.DRAINING),)))

    (act,) = settle(here, here.parts[0])
    assert isinstance(act, GoOn)
    assert act.do is Do.WAIT
