"""A place for each copy is a proof: it can be replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.packing.model import Shape
from ballast.packing.places import places
from tests.ballast.packing.builders import shape

PORTS = ("port:80", "port:443")


def a_room(cpu: int = 1024, memory: int = 2048, **more: int) -> dict[str, int]:
    return {"cpu": cpu, "memory": memory, **more}


def replayed(copies: Sequence[Shape], rooms: Sequence[Mapping[str, int]], found: Sequence[int | None]) -> None:
    """Put every copy where its place says, and look whether it fits there."""
    free = [{**dict.fromkeys(PORTS, 1), **room} for room in rooms]
    for copy, place in zip(copies, found, strict=True):
        if place is not None:
            for resource, amount in copy.requirements.items():
                free[place][resource] -= amount
    assert all(left >= 0 for room in free for left in room.values())


some_ports = st.dictionaries(st.sampled_from(PORTS), st.just(1), max_size=2)
some_copies = st.lists(
    st.builds(
        lambda cpu, memory, ports: Shape(f"{cpu} {memory} {sorted(ports)}", a_room(cpu, memory, **ports)),
        st.integers(0, 8), st.integers(0, 8), some_ports,
    ),
    max_size=9,
)  # fmt: skip
used_ports = st.dictionaries(st.sampled_from(PORTS), st.just(0), max_size=1)
some_rooms = st.lists(
    st.builds(lambda cpu, memory, ports: a_room(cpu, memory, **ports), st.integers(0, 16), st.integers(0, 16), used_ports),
    max_size=4,
)  # fmt: skip


@given(some_copies, some_rooms)
def test_every_copy_fits_where_its_place_is(copies: list[Shape], rooms: list[dict[str, int]]) -> None:
    replayed(copies, rooms, places(copies, rooms))


@given(some_copies, some_rooms)
def test_a_copy_is_left_only_where_no_room_takes_it_any_more(copies: list[Shape], rooms: list[dict[str, int]]) -> None:
    found = places(copies, rooms)

    for number in (n for n, place in enumerate(found) if place is None):
        for room in range(len(rooms)):
            with pytest.raises(AssertionError):
                replayed(copies, rooms, [*found[:number], room, *found[number + 1 :]])


@pytest.mark.parametrize(
    ("copies", "rooms"),
    [
        ([(2, 3), (2, 2), (4, 1)], [(4, 6), (6, 3)]),  # into the first room, most memory first
        ([(3, 3), (3, 1), (1, 3)], [(5, 4), (6, 3)]),  # into the tightest room, most memory first
        ([(2, 2), (4, 1), (2, 4)], [(6, 4), (5, 6)]),  # into the first room, most CPU units first
        ([(2, 1), (2, 3), (2, 1)], [(4, 3), (3, 4)]),  # into the tightest room, most CPU units first
    ],
)
def test_where_three_tries_leave_a_copy_the_fourth_places_all(
    copies: list[tuple[int, int]], rooms: list[tuple[int, int]]
) -> None:
    wanted = [shape(f"{cpu}x{memory}", cpu, memory) for cpu, memory in copies]

    assert None not in places(wanted, [a_room(cpu, memory) for cpu, memory in rooms])


def test_without_rooms_nothing_has_a_place_and_without_copies_nothing_is_asked() -> None:
    assert places([shape(), shape()], []) == [None, None]
    assert places([], [a_room()]) == []


def test_a_copy_that_needs_nothing_fits_into_a_full_room() -> None:
    assert places([shape(cpu=0, memory=0)] * 3, [a_room(0, 0)]) == [0, 0, 0]


def test_a_limit_of_copies_per_instance_holds() -> None:
    alone = Shape("alone", a_room(1, 1), copies_per_instance=1)

    assert sorted(places([alone] * 3, [a_room(), a_room()]), key=str) == [0, 1, None]


def test_two_shapes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Two shapes have the name 'web'"):
        places([shape(cpu=1), shape(cpu=2)], [a_room()])
