"""The capacity proof of a voluntary drain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.proof import unplaced as misfits_of
from ballast.facts.demands import Constraints, Demands
from ballast.facts.task import Task
from ballast.facts.view import ContainerInstance, InstanceStatus
from tests.builders import a_container_instance, a_daemon, a_service, a_standalone_task, a_task

PROVIDER = "web-provider"


def unplaced(tasks: Sequence[Task], rooms: Sequence[ContainerInstance], provider: str | None) -> tuple[Task, ...]:
    return tuple(misfit.task for misfit in misfits_of(tasks, rooms, provider))


def a_neighbour(cpu_units: int = 1024, memory_mib: int = 2048, **changes: Any) -> ContainerInstance:
    return a_container_instance(1, free_cpu_units=cpu_units, free_memory_mib=memory_mib, **changes)


@pytest.mark.parametrize(
    ("tasks", "neighbours", "left"),
    [
        ([], [], []),
        ([a_task()], [a_neighbour()], []),
        ([a_task(cpu_units=1024, memory_mib=2048)], [a_neighbour()], []),
        ([a_task(cpu_units=1025)], [a_neighbour()], [a_task(cpu_units=1025)]),
        ([a_task(memory_mib=2049)], [a_neighbour()], [a_task(memory_mib=2049)]),
        ([a_task()], [a_neighbour(status=InstanceStatus.DRAINING)], [a_task()]),
        ([a_task()], [a_neighbour(agent_connected=False)], [a_task()]),
        ([a_task()], [a_neighbour(capacity_provider="other")], [a_task()]),
        ([a_task()], [a_neighbour(capacity_provider=None)], [a_task()]),
        ([a_task(host_ports=frozenset({80}))], [a_neighbour(ports_in_use=frozenset({22}))], []),
        (
            [a_task(host_ports=frozenset({80}))],
            [a_neighbour(ports_in_use=frozenset({80}))],
            [a_task(host_ports=frozenset({80}))],
        ),
        # daemons and standalone tasks need no room elsewhere
        ([a_daemon(), a_standalone_task()], [], []),
    ],
)
def test_what_fits_where(tasks: list[Task], neighbours: list[ContainerInstance], left: list[Task]) -> None:
    assert unplaced(tasks, neighbours, PROVIDER) == tuple(left)


def test_room_that_is_taken_is_not_given_twice() -> None:
    tasks = [a_task(name, memory_mib=1024) for name in "abc"]

    assert len(unplaced(tasks, [a_neighbour()], PROVIDER)) == 1


def test_a_port_is_taken_by_the_first_of_two_tasks() -> None:
    tasks = [a_task(name, host_ports=frozenset({80})) for name in "ab"]

    assert len(unplaced(tasks, [a_neighbour()], PROVIDER)) == 1
    assert unplaced(tasks, [a_neighbour(), a_neighbour()], PROVIDER) == ()


def test_large_tasks_are_placed_first() -> None:
    small = [a_task(f"s{n}", memory_mib=512) for n in range(4)]
    large = a_task("l", memory_mib=2048)
    rooms = [a_neighbour(memory_mib=2048), a_neighbour(memory_mib=2048)]

    assert unplaced([*small, large], rooms, PROVIDER) == ()


sizes = st.integers(1, 64)
some_tasks = st.lists(st.builds(lambda c, m: a_task(f"{c}-{m}", cpu_units=c, memory_mib=m), sizes, sizes), max_size=8)
some_rooms = st.lists(st.builds(a_neighbour, st.integers(0, 128), st.integers(0, 128)), max_size=4)


@given(some_tasks, some_rooms)
def test_a_proof_never_promises_more_than_there_is(tasks: list[Task], rooms: list[ContainerInstance]) -> None:
    left = unplaced(tasks, rooms, PROVIDER)

    if not left:
        assert sum(t.cpu_units for t in tasks) <= sum(r.free_cpu_units for r in rooms)
        assert sum(t.memory_mib for t in tasks) <= sum(r.free_memory_mib for r in rooms)
    for task in left:
        assert task in tasks


ports = st.frozensets(st.sampled_from([80, 443]), max_size=2)
tasks_with_ports = st.lists(
    st.builds(
        lambda c, m, p: a_task(f"{c}-{m}", cpu_units=c, memory_mib=m, host_ports=p),
        st.integers(0, 8),
        st.integers(0, 8),
        ports,
    ),
    max_size=9,
)
rooms_with_ports = st.lists(
    st.builds(lambda c, m, p: a_neighbour(c, m, ports_in_use=p), st.integers(0, 16), st.integers(0, 16), ports),
    max_size=4,
)


def takes(room: ContainerInstance, task: Task) -> bool:
    fits = room.free_cpu_units >= task.cpu_units and room.free_memory_mib >= task.memory_mib
    return fits and not room.ports_in_use & task.host_ports


def with_task(room: ContainerInstance, task: Task) -> ContainerInstance:
    return replace(
        room,
        free_cpu_units=room.free_cpu_units - task.cpu_units,
        free_memory_mib=room.free_memory_mib - task.memory_mib,
        ports_in_use=room.ports_in_use | task.host_ports,
    )


def unplaced_by_first_fit(tasks: list[Task], rooms: list[ContainerInstance]) -> int:
    """The rule of version 0.1.0: big tasks first, each into the first room that takes it."""
    free = list(rooms)
    left = 0
    for task in sorted(tasks, key=lambda t: (t.memory_mib, t.cpu_units), reverse=True):
        for n, room in enumerate(free):
            if takes(room, task):
                free[n] = with_task(room, task)
                break
        else:
            left += 1
    return left


@given(tasks_with_ports, rooms_with_ports)
def test_what_fitted_by_first_fit_fits(tasks: list[Task], rooms: list[ContainerInstance]) -> None:
    assert len(unplaced(tasks, rooms, PROVIDER)) <= unplaced_by_first_fit(tasks, rooms)


def can_be_placed(tasks: list[Task], rooms: list[ContainerInstance]) -> bool:
    """By trying everything."""
    if not tasks:
        return True
    first, *rest = tasks
    return any(
        can_be_placed(rest, [*rooms[:n], with_task(room, first), *rooms[n + 1 :]])
        for n, room in enumerate(rooms)
        if takes(room, first)
    )


@given(tasks_with_ports, rooms_with_ports)
def test_what_is_said_to_fit_can_be_placed(tasks: list[Task], rooms: list[ContainerInstance]) -> None:
    left = unplaced(tasks, rooms, PROVIDER)

    placed = list(tasks)
    for task in left:
        placed.remove(task)
    assert can_be_placed(placed, rooms)


def test_a_task_goes_where_it_fits_best_if_the_first_room_is_the_wrong_one() -> None:
    tasks = [a_task("a", memory_mib=4), a_task("b", memory_mib=3), a_task("c", memory_mib=3)]
    rooms = [a_neighbour(memory_mib=6), a_neighbour(memory_mib=4)]

    assert unplaced_by_first_fit(tasks, rooms) == 1
    assert unplaced(tasks, rooms, PROVIDER) == ()


@given(some_tasks, some_rooms)
def test_without_anything_to_move_no_room_is_needed(tasks: list[Task], rooms: list[ContainerInstance]) -> None:
    assert unplaced([], rooms, PROVIDER) == ()
    assert len(unplaced(tasks, [], PROVIDER)) == len(tasks)


# What a task asks of its host


def why(
    demands: Demands | None, *hosts: ContainerInstance, constraints: Constraints | None = None, **task: Any
) -> list[str]:
    services = {"api": a_service(constraints=constraints or Constraints())}
    found = misfits_of([a_task(demands=demands, **task)], hosts or (a_neighbour(),), PROVIDER, services)
    return [misfit.why for misfit in found]


def test_what_cannot_be_judged_does_not_fit() -> None:
    assert why(None) == ["its task definition could not be read, so nobody knows what it needs"]
    assert why(Demands(), sized=False) == ["neither it nor its containers say how much memory it may use"]
    [unread] = why(Demands(), constraints=Constraints(distinct=True))
    assert unread.endswith("where they run could not be read")
    [unjudged] = why(Demands(expressions=("task:group == service:db",)))
    assert unjudged == "no instance is known to meet its placement constraint task:group == service:db"


ARM = a_neighbour(attributes={"ecs.cpu-architecture": "arm64", "stack": "prod"})


@pytest.mark.parametrize(
    ("demands", "host", "fits"),
    [
        (Demands(expressions=("attribute:stack == prod",)), ARM, True),
        (Demands(expressions=("attribute:stack == test",)), ARM, False),
        (Demands(attributes=frozenset({"stack"})), ARM, True),
        (Demands(attributes=frozenset({"gpu-driver"})), ARM, False),
        (Demands(gpus=1), a_neighbour(free_gpus=1), True),
        (Demands(gpus=2), a_neighbour(free_gpus=1), False),
        (Demands(own_interface=True), a_neighbour(), False),  # of a type that is not known
        (
            Demands(own_interface=True),
            a_neighbour(running_tasks=1, attributes={"ecs.instance-type": "m7g.large"}),
            True,
        ),
        (
            Demands(own_interface=True),
            a_neighbour(running_tasks=2, attributes={"ecs.instance-type": "m7g.large"}),
            False,
        ),
        (
            Demands(own_interface=True),
            a_neighbour(running_tasks=9, attributes={"ecs.instance-type": "m5.large", "ecs.awsvpc-trunk-id": "t"}),
            True,
        ),
    ],
)
def test_a_task_fits_where_its_demands_are_met(demands: Demands, host: ContainerInstance, fits: bool) -> None:  # noqa: FBT001
    assert (why(demands, host) == []) is fits


def test_constraints_of_the_service_hold_too() -> None:
    assert why(Demands(), ARM, constraints=Constraints(("attribute:stack == prod",))) == []
    assert why(Demands(), ARM, constraints=Constraints(("attribute:stack == test",))) != []


def test_a_distinct_instance_has_no_other_task_of_the_service_and_takes_one() -> None:
    free, taken = a_neighbour(), a_container_instance(2)
    distinct = Constraints(distinct=True, hosts=frozenset({taken.arn}))
    services = {"api": a_service(constraints=distinct)}

    assert why(Demands(), free, taken, constraints=distinct) == []
    assert why(Demands(), taken, constraints=distinct) == [
        "it needs an instance without another task of its service, and there is none"
    ]
    assert len(misfits_of([a_task("a"), a_task("b")], [free, taken], PROVIDER, services)) == 1


def test_the_reason_names_what_is_short_and_the_biggest_room() -> None:
    hosts = (a_neighbour(memory_mib=512), a_container_instance(2, free_memory_mib=2048))

    assert why(Demands(), *hosts, memory_mib=4096) == [
        "it needs 4,096 MiB of memory; the most that is free on one instance is 2,048 MiB of memory"
    ]
    assert why(Demands(), a_neighbour(ports_in_use=frozenset({80})), host_ports=frozenset({80})) == [
        "it needs host port 80, which is taken wherever there is room"
    ]
