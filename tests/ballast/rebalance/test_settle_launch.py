"""An instance was launched so that another may go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.rebalance.acts import Act, Do, GoOn, PutAside, SetBack
from ballast.rebalance.settle import settle
from ballast.rebalance.snapshot import Budget, Snapshot
from ballast.rebalance.stays import IN_ONE_ORDER
from ballast.records.rebalancing import Method, MovePhase
from tests.ballast.rebalance.builders import (
    OFFERS,
    a_group,
    a_move,
    a_snapshot,
    a_task,
    an_instance,
    before,
    ground,
    in_one_order,
    minutes,
    some_tasks,
    workload,
)
from tests.builders import NOW, a_brake

OLD = an_instance(1, *some_tasks(2))
NEW = an_instance(2, instance_type="m6i.large", host={"registered_at": before(1)})


def launched(*joined: Any, **changes: Any) -> Snapshot:
    """For the first instance a cheaper one was launched four minutes ago."""
    told = {"phase": MovePhase.LAUNCHING, "method": Method.REPLACE, "launched": 1, "known": (OLD.id,)}
    own = {"started_at": before(5), "deadline": NOW + minutes(10), **changes.pop("move", {})}
    return a_snapshot(OLD, *joined, moves=(a_move(OLD, **told, **own),), **changes)


def steps(snapshot: Snapshot) -> list[Act]:
    here = ground(snapshot)
    return list(settle(here, here.parts[0]))


def step(snapshot: Snapshot) -> GoOn:
    found = [act for act in steps(snapshot) if isinstance(act, GoOn)]
    assert len(found) == 1
    return found[0]


def test_it_waits_until_what_was_launched_has_joined() -> None:
    assert step(launched()).do is Do.WAIT
    assert step(launched(replace(NEW, lifecycle_state="Pending:Wait"))).do is Do.WAIT


def test_then_the_old_one_drains_and_the_new_one_is_remembered() -> None:
    go = step(launched(NEW))

    assert go.do is Do.DRAIN
    assert go.after
    assert (go.after.phase, go.after.deadline) == (
        MovePhase.DRAINING,
        NOW + ground(launched()).snapshot.cluster.policy.voluntary_deadline,
    )
    assert go.memory
    assert go.memory.launched == (NEW.id,)


def test_not_if_a_deployment_began_meanwhile_and_the_new_one_goes_later_as_idle() -> None:
    """Timeline 8."""
    drop = step(launched(NEW, services={"web": workload("web", 2, busy="a deployment is in progress")}))

    assert (drop.do, drop.after) == (Do.DROP, None)
    assert "a deployment is in progress" in drop.why
    assert drop.memory
    assert drop.memory.launched == (NEW.id,)


def test_not_if_it_joined_more_than_five_minutes_ago() -> None:
    """Hazard: ECS takes an instance that stands empty for fifteen."""
    late = replace(NEW, host=replace(NEW.host, registered_at=before(6)))

    assert step(launched(late)).do is Do.DROP


def test_not_if_tasks_wait_or_the_room_is_gone() -> None:
    waits = {"api": workload("api", service={"desired": 1, "running": 0})}
    full = an_instance(2, *some_tasks(4), instance_type="m6i.large", host={"registered_at": before(1)})

    assert step(launched(NEW, services=waits)).why == "tasks wait for room"
    assert step(launched(full)).why == "its tasks find no room"


def test_not_in_a_part_that_is_refused_by_now() -> None:
    assert step(launched(NEW, group={"refreshing": True})).do is Do.DROP


def test_the_drain_takes_budget_like_any_other() -> None:
    assert step(launched(NEW, budget=Budget(1, 1))).do is Do.WAIT


@pytest.mark.parametrize(
    ("sizes", "do"),
    [
        ({"capacity": {"desired": 2}}, Do.TERMINATE),
        ({"capacity": {"desired": 1}}, Do.REPLACE),  # somebody has lowered it already
        ({"capacity": {"desired": 2}, "min_size": 2}, Do.REPLACE),
    ],
)
def test_one_that_never_joined_goes_with_the_size_that_it_was_launched_for(sizes: dict[str, Any], do: Do) -> None:
    """Otherwise its group is larger for good, and one whose launches never join grows with each try. Its pool is put aside."""
    there = {"in_service": frozenset({OLD.id, "i-00000000000000bad"}), **sizes["capacity"]}
    acts = steps(launched(move={"deadline": NOW}, group={**sizes, "capacity": there}))
    (go,) = [act for act in acts if isinstance(act, GoOn)]

    assert (go.do, go.move.instance_id, go.after) == (do, "i-00000000000000bad", None)
    assert go.move.desired == sizes["capacity"]["desired"] - 1
    assert go.memory
    assert go.memory.failed_at == NOW
    assert [act.shortage.group for act in acts if isinstance(act, PutAside)] == ["web"]


def test_during_a_pause_what_never_joined_is_ended_only_where_its_group_has_been_lowered_already() -> None:
    for desired, does in ((2, [Do.WAIT]), (1, [Do.REPLACE])):
        there = {"in_service": frozenset({OLD.id, "i-00000000000000bad"}), "desired": desired}
        seen = launched(move={"deadline": NOW}, group={"capacity": there})
        paused = replace(seen.cluster, policy=replace(seen.cluster.policy, brake=a_brake()))
        acts = steps(replace(seen, cluster=paused))

        assert [act.do for act in acts if isinstance(act, GoOn)] == does
        assert bool([act for act in acts if isinstance(act, PutAside)]) is (desired == 1)


def test_one_that_ecs_has_ended_meanwhile_is_already_gone() -> None:
    """Timeline 9: no second decrement; what the group still wants for it is taken back."""
    acts = steps(launched(move={"deadline": NOW}, group={"capacity": {"desired": 2}}))
    (go,) = [act for act in acts if isinstance(act, GoOn)]

    assert (go.do, go.after) == (Do.DROP, None)
    assert "already gone" in go.why
    assert go.memory
    assert go.memory.failed_at == NOW
    assert [act.desired for act in acts if isinstance(act, SetBack)] == [1]
    assert any(isinstance(act, PutAside) for act in acts)


def test_if_the_old_one_went_by_itself_the_move_is_over() -> None:
    snapshot = launched(NEW)
    group = snapshot.groups[0]
    seen = replace(group.capacity, in_service=frozenset({NEW.id}))
    gone = replace(snapshot, instances=(NEW,), groups=(replace(group, capacity=seen),))

    assert step(gone).do is Do.FINISH


def elsewhere(*joined: Any, **changes: Any) -> Snapshot:
    """As `launched`, but group small launches for an instance of group web."""
    old = replace(OLD, host=replace(OLD.host, capacity_provider=None))
    told = {
        "phase": MovePhase.LAUNCHING,
        "method": Method.REPLACE,
        "launched": 1,
        "launched_in": "small",
        "provider": "",
    }
    move = a_move(old, **told, started_at=before(5), deadline=changes.pop("deadline", NOW + minutes(10)))
    groups = (a_group(old), a_group(*joined, name="small", offers=(OFFERS["m6i.large"],), **changes.pop("small", {})))
    services = {"web": workload("web", 2, providers={})}
    return a_snapshot(old, *joined, moves=(move,), providers=(), groups=groups, services=services, **changes)


def of_web(snapshot: Snapshot) -> list[Act]:
    here = ground(snapshot)
    return list(settle(here, next(p for p in here.parts if p.name == "web")))


THERE = replace(NEW, group="small", host=replace(NEW.host, capacity_provider=None))


def test_what_another_group_launches_is_waited_for_there() -> None:
    (waits,) = of_web(elsewhere())
    (drains,) = of_web(elsewhere(THERE))

    assert isinstance(waits, GoOn)
    assert isinstance(drains, GoOn)
    assert (waits.do, drains.do) == (Do.WAIT, Do.DRAIN)
    assert drains.memory
    assert (drains.memory.provider, drains.memory.launched) == ("small", (THERE.id,))


def test_what_never_joined_is_ended_in_the_group_that_launched_it() -> None:
    stranger = {"capacity": {"desired": 1, "in_service": frozenset({"i-stranger"})}}
    ends = [a for a in of_web(elsewhere(small=stranger, deadline=NOW)) if isinstance(a, GoOn)]

    assert [(a.move.instance_id, a.move.group, a.of) for a in ends] == [("i-stranger", "small", OLD.id)]


def test_where_the_other_group_cannot_be_read_nothing_is_decided() -> None:
    unread = elsewhere(THERE)
    (waits,) = of_web(replace(unread, groups=unread.groups[:1]))

    assert isinstance(waits, GoOn)
    assert waits.do is Do.WAIT


def test_room_for_what_may_come_back_is_not_kept_on_what_was_launched_for_others() -> None:
    """Two tasks of 2,000 MiB go onto one with 8,000; one of 7,000 ran half an hour ago and has no room without it."""
    back = {"big": workload("big", 0, peak=1, copy=a_task("big", memory_mib=7000))}
    snapshot = launched(NEW, services=back)
    tight = replace(OLD, host=replace(OLD.host, free_memory_mib=6000))

    assert step(replace(snapshot, instances=(tight, NEW))).do is Do.DRAIN


def test_launched_in_vain_its_provider_rests() -> None:
    drop = step(launched(NEW, services={"web": workload("web", 2, busy="a deployment is in progress")}))

    assert drop.memory
    assert drop.memory.failed_at == NOW


def test_what_passes_by_itself_is_waited_for() -> None:
    changing = replace(OLD, changed_at=before(1))
    snapshot = launched(NEW)

    assert step(replace(snapshot, instances=(changing, NEW))).do is Do.WAIT


def test_of_two_that_wait_for_one_launch_the_second_is_asked_as_if_the_first_had_gone() -> None:
    """Each alone would fit on the new one, and by now both together do not."""
    told = {"phase": MovePhase.LAUNCHING, "method": Method.REPLACE, "launched": 1, "started_at": before(5)}
    both = [an_instance(n, *some_tasks(3)) for n in (1, 2)]
    known = tuple(i.id for i in both)
    moves = tuple(a_move(i, **told, known=known, deadline=NOW + minutes(10)) for i in both)
    joined = replace(NEW, host=replace(NEW.host, instance_id="i-00000000000000009"))
    found = [act for act in steps(a_snapshot(*both, joined, moves=moves)) if isinstance(act, GoOn)]

    assert [act.do for act in found] == [Do.DRAIN, Do.DROP]


def test_one_whose_tasks_would_fit_in_one_order_only_stays() -> None:
    """On one that serves and on the one that was launched for it."""
    old, there, joined = in_one_order()
    told = {"phase": MovePhase.LAUNCHING, "method": Method.REPLACE, "launched": 1, "known": (old.id, there.id)}
    move = a_move(old, **told, started_at=before(5), deadline=NOW + minutes(10))

    go = step(a_snapshot(old, there, joined, moves=(move,)))

    assert (go.do, go.why) == (Do.DROP, IN_ONE_ORDER)


@pytest.mark.parametrize(("room", "do"), [(2, [Do.DRAIN, Do.DROP]), (4, [Do.DRAIN, Do.DRAIN])])
def test_those_of_several_groups_that_wait_for_one_launch_share_its_room(room: int, do: list[Do]) -> None:
    """Each has two tasks, and what was launched in a third group takes two, or all four."""
    first, second = (
        an_instance(n, *some_tasks(2), group=group, host={"capacity_provider": None})
        for n, group in ((1, "a"), (2, "b"))
    )
    told = {"phase": MovePhase.LAUNCHING, "method": Method.REPLACE, "launched": 1, "launched_in": "c", "provider": ""}
    own = {"started_at": before(5), "deadline": NOW + minutes(10)}
    moves = tuple(a_move(i, **told, **own, group=i.group) for i in (first, second))
    free = {"capacity_provider": None, "registered_at": before(1), "free_cpu_units": 512 * room}
    joined = an_instance(3, group="c", host=free)
    groups = (a_group(first, name="a"), a_group(second, name="b"), a_group(joined, name="c"))
    services = {"web": workload("web", 4, providers={})}
    here = ground(a_snapshot(first, second, joined, providers=(), groups=groups, services=services, moves=moves))

    assert [act.do for part in here.parts for act in settle(here, part) if isinstance(act, GoOn)] == do
