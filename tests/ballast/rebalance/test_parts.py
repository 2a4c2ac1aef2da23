"""In which mode a capacity provider is, and why it is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.capacity import ZonalShift
from ballast.rebalance.parts import Mode, brake, families, parts, sharing
from ballast.rebalance.snapshot import Snapshot
from ballast.records.rebalancing import ProviderMemory
from tests.ballast.rebalance.builders import GROUP, PROVIDER, a_group, a_provider, a_snapshot, an_instance, some_tasks
from tests.builders import CLUSTER


def of_a_fleet(**changes: Any) -> Snapshot:
    return a_snapshot(*(an_instance(n, *some_tasks(1)) for n in range(4)), **changes)


def test_a_provider_that_ecs_scales_is_assisted_and_another_is_our_own() -> None:
    assert [part.mode for part in parts(of_a_fleet(managed=True))] == [Mode.ASSIST]
    assert [part.mode for part in parts(of_a_fleet(managed=False))] == [Mode.OWN]


def test_a_group_without_a_provider_is_our_own() -> None:
    fleet = [an_instance(1, host={"capacity_provider": None})]
    (part,) = parts(a_snapshot(*fleet, providers=()))

    assert (part.name, part.mode, part.why) == (GROUP, Mode.OWN, "")


def test_tasks_by_launch_type_share_the_groups_without_a_provider_that_may_be_resized() -> None:
    groups = (a_group(name="one"), a_group(name="two"), a_group(name="three", weighted=True))
    found = parts(a_snapshot(groups=(*groups, a_group())))
    one, three, _two, of_provider = found

    assert [p.name for p in sharing(found, one)] == ["one", "two"]
    assert sharing(found, of_provider) == (of_provider,)
    assert sharing(found, three) == (three,)
    assert [[p.name for p in family] for family in families(found)] == [["one", "two"], ["three"], [of_provider.name]]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"provider": {"kind": "Managed Instances"}}, "AWS itself adds and removes capacity"),
        ({"provider": {"kind": "Fargate", "group": None}}, "AWS itself adds and removes capacity"),
        ({"provider": {"updating": "UPDATE_IN_PROGRESS"}}, "is being changed (UPDATE_IN_PROGRESS)"),
        ({"provider": {"target_percent": 0}, "managed": True}, "must be 1 to 100"),
        ({"groups": ()}, "Auto Scaling group web could not be read"),
        ({"group": {"capacity": {"operator": "other.amazonaws.com"}}}, "by its operator other.amazonaws.com alone"),
        ({"group": {"capacity": {"shared": True}}}, "has instances of two clusters"),
        ({"group": {"weighted": True}}, "by weight, which ECS does not support"),
        ({"group": {"refreshing": True}}, "an instance refresh"),
        ({"group": {"replacing": True}}, "replaces instances of its own accord"),
        ({"group": {"suspended": frozenset({"Launch"})}}, "process Launch"),
        ({"group": {"suspended": frozenset({"Terminate"})}}, "process Terminate"),
        ({"group": {"suspended": frozenset({"AlarmNotification"})}}, "process AlarmNotification"),
        ({"group": {"capacity": {"launches_suspended": True}}}, "process Launch"),
        ({"group": {"capacity": {"shift": ZonalShift(unknown="AccessDenied")}}}, "nobody knows whether a zonal shift"),
        ({"group": {"min_size": 5, "max_size": 2}}, "make no sense: 5 to 2"),
        ({"group": {"capacity": {"desired": -1}}}, "make no sense"),
        (
            {"memories": (ProviderMemory(CLUSTER, PROVIDER, drain_counts_against=True),)},
            "until an operator says otherwise",
        ),
    ],
)
def test_what_is_refused_is_only_reported_with_the_reason(changes: dict[str, Any], why: str) -> None:
    part = parts(of_a_fleet(**changes))[-1]

    assert part.mode is Mode.REPORT
    assert why in part.why


def test_a_group_of_two_providers_is_refused_in_both() -> None:
    snapshot = of_a_fleet()
    two = replace(snapshot, providers=(a_provider(), a_provider(name="other")))

    assert [part.mode for part in parts(two)] == [Mode.REPORT, Mode.REPORT]
    assert "belongs to 2 capacity providers: other, web-provider" in parts(two)[0].why


def test_a_provider_that_could_not_be_read_is_refused() -> None:
    assert "capacity provider web-provider could not be read" in {p.why for p in parts(of_a_fleet(providers=()))}


def test_an_instance_of_another_group_than_its_provider_says_is_left_alone() -> None:
    snapshot = a_snapshot(an_instance(1, group="other"), groups=(a_group(), a_group(name="other")))

    assert "and that of the provider is web" in next(p.why for p in parts(snapshot) if p.instances)


def test_more_than_a_fifth_of_the_agents_gone_is_a_brake() -> None:
    away = [an_instance(n, *some_tasks(1), host={"agent_connected": n > 3}) for n in range(1, 11)]

    assert brake(a_snapshot().cluster, away) == "3 of 10 ECS agents are disconnected"


def test_one_agent_that_is_gone_and_a_warm_pool_are_no_such_thing() -> None:
    one = [an_instance(n, host={"agent_connected": n > 1}) for n in range(1, 4)]
    warm = [an_instance(n, host={"agent_connected": n > 2}, lifecycle_state="Warmed:Stopped") for n in range(1, 5)]
    cluster = a_snapshot().cluster

    assert brake(cluster, one) == ""
    assert brake(cluster, warm) == ""


def test_instances_of_a_provider_in_another_group_are_a_part_of_their_own() -> None:
    """One that somebody detached keeps its provider; parts are told apart by their names."""
    detached, theirs = an_instance(2, group=None), an_instance(3, group="other")
    names = [part.name for part in parts(a_snapshot(an_instance(1), detached, theirs))]

    assert names == ["web-provider in no group", "web-provider in other", PROVIDER]
