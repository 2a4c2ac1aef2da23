"""The capacity proof of a voluntary drain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.voluntary import unplaced
from ballast.facts.task import Task
from ballast.facts.view import ContainerInstance, InstanceStatus
from tests.builders import a_container_instance, a_daemon, a_standalone_task, a_task

PROVIDER = "web-provider"


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
