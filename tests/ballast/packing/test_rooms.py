"""Where the tasks of one instance find room on others, on trial."""

from __future__ import annotations

from ballast.packing.model import Node
from ballast.packing.rooms import Rooms
from tests.ballast.packing.builders import pool, shape


def test_a_trial_that_is_taken_back_leaves_the_room_as_it_was() -> None:
    nodes = [
        Node(name, "m6i.xlarge", load) for name, load in (("a", {"web": 10}), ("b", {"web": 7}), ("c", {"web": 7}))
    ]
    rooms = Rooms(nodes, {"web": shape()}, {"m6i.xlarge": pool(cpu=16 * 256)})
    assert rooms.empty(0, {"web": 19}) == {"web": 1}
    rooms.keep(0)
    assert rooms.empty(1, {"web": 15}) == {}


def test_what_a_trial_that_counts_has_placed_is_received_and_takes_room() -> None:
    nodes = [Node("a", "m6i.xlarge", {"web": 2}), Node("b", "m6i.xlarge", {}), Node("c", "m6i.xlarge", {"web": 16})]
    rooms = Rooms(nodes, {"web": shape()}, {"m6i.xlarge": pool(cpu=16 * 256)})

    assert rooms.empty(0, {"web": 2}) == {}
    rooms.remove(0)
    assert rooms.received[1] == {"web": 2}
    assert rooms.empty(2, {"web": 16}) == {"web": 2}


def test_removals_are_put_back_one_by_one_with_all_that_they_moved() -> None:
    nodes = [Node(name, "m6i.xlarge", load) for name, load in (("a", {"web": 6}), ("b", {"web": 4}), ("c", {"web": 8}))]
    rooms = Rooms(nodes, {"web": shape()}, {"m6i.xlarge": pool(cpu=16 * 256)})

    assert rooms.empty(0, {"web": 6}) == {}  # onto c
    rooms.remove(0)
    assert rooms.empty(2, {"web": 14}) == {"web": 2}  # what c has got goes on as well, and b takes twelve
    rooms.remove(2)
    rooms.put_back()
    assert rooms.received[2] == {"web": 6}
    rooms.put_back()
    assert [sum(got.values()) for got in rooms.received] == [0, 0, 0]
    assert rooms.empty(1, {"web": 19}) == {"web": 1}  # ten and eight


def test_a_task_goes_only_where_it_may() -> None:
    pinned = shape()._replace(pools=frozenset({"other"}))
    nodes = [Node("a", "m6i.xlarge", {"web": 1}), Node("b", "m6i.xlarge", {})]
    rooms = Rooms(nodes, {"web": pinned}, {"m6i.xlarge": pool()})

    assert rooms.empty(0, {"web": 1}) == {"web": 1}


def test_of_very_many_instances_the_emptiest_is_always_looked_at() -> None:
    """All others have room for their own tasks alone, and one has just joined."""
    full = [Node(f"full-{number}", "m6i.xlarge", {"web": 15}) for number in range(300)]
    nodes = [*full, Node("new", "m6i.xlarge", {})]
    shapes = {"web": shape(), "wide": shape()._replace(name="wide", requirements={"cpu": 4 * 256, "memory": 0})}
    rooms = Rooms(nodes, shapes, {"m6i.xlarge": pool(cpu=16 * 256)})

    assert rooms.empty(0, {"wide": 1}) == {}
