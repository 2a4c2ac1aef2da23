"""What on-call reads about the instances of a group or a cluster together."""

from __future__ import annotations

from ballast.facts.loss import Loss
from ballast.records.watch import Size, Watch, WatchKind
from ballast.words import fleet
from tests.builders import CLUSTER, NOW, a_cluster, a_container_instance, a_group, after

MISSING = Watch(CLUSTER, WatchKind.REPLACEMENT_MISSING, "web", NOW)
LOST = Watch(CLUSTER, WatchKind.FLEET_LOST, "*", NOW)


def test_a_group_that_launches_too_few_is_told_with_what_keeps_it_if_that_is_known() -> None:
    short = a_group(a_container_instance(1), a_container_instance(2), desired=4, starting=frozenset({"i-3"}))
    stopped = a_group(a_container_instance(1), desired=4, launches_suspended=True)

    told = fleet.replacement_missing(a_cluster(), MISSING, short, after(30))
    held = fleet.replacement_missing(a_cluster(), MISSING, stopped, after(30))

    assert told.what.startswith("Auto Scaling group web has 3 of the 4 instances that it should have")
    assert (told.why, held.why) == ("Its activity history says why.", "Its process Launch is suspended.")
    assert (told.title, held.title) == (
        "web launches too few: 3 of 4 there",
        "web launches too few: Launch is suspended",
    )
    assert told.next.startswith("Read the group's activity history")
    assert held.next.startswith("Resume the process Launch")


def test_one_that_has_not_joined_is_told_in_the_singular() -> None:
    one = fleet.not_registered(a_cluster(), MISSING, ["i-1"], after(20))
    two = fleet.not_registered(a_cluster(), MISSING, ["i-1", "i-2"], after(20))

    assert "1 instance of Auto Scaling group web is in service and has not joined" in one.what
    assert "2 instances of Auto Scaling group web are in service and have not joined" in two.what


def test_a_loss_is_told_with_what_is_left_where_and_what_else_is_known_of_it() -> None:
    known = fleet.fleet_lost(a_cluster(), LOST, Loss(4, Size(NOW, 12, 12), 1, 1, {"b": 3, "a": 5}))
    bare = fleet.fleet_lost(a_cluster(), LOST, Loss(4, Size(NOW, 12, 12), 0, 0, {}))

    assert known.what == (
        "Cluster prod has lost 4 of 12 container instances within five minutes (1 of them with a disconnected agent); "
        "1 new one joined meanwhile. In service now: 5 in a, 3 in b."
    )
    assert "need room on the 8 in service" in known.impact
    assert bare.what.endswith("within five minutes. In service now: none.")
    zone = fleet.fleet_lost(a_cluster(), LOST, Loss(4, Size(NOW, 12, 12), 0, 4, {"a": 8}, "b"))
    assert zone.what.endswith("Those whose agent is gone were all in b, where none is left.")
