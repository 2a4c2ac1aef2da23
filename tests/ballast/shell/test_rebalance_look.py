"""A cluster as rebalancing sees it; what AWS does not tell is unknown, and costs nothing else its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.aws import kept
from ballast.errors import CallFailedError
from ballast.facts.task import FOR_EVER
from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.rebalance.parts import brake
from ballast.rebalance.snapshot import Budget, Market, Snapshot
from ballast.shell.rebalance_look import RebalanceObserver, Remembered
from simulator.world.core.capacity_records import ScalingRules
from tests.ballast.rebalance.builders import a_move, an_instance
from tests.ballast.shell.looked import Looked, looked

REGION = "us-east-1"  # of the simulator
MOVE = a_move(an_instance(1), provider="")
POLICY = RebalancePolicy(spare=(Spare("api", 2), Spare("nobody", 1)))


@pytest.fixture(scope="module")
def fleet() -> Iterator[Looked]:
    """Group web without managed scaling, group burst of Spot with it, a daemon, and a task of nobody."""
    with looked() as found:
        world = found.fleet.world
        world.add_group("burst", "prod", desired=2, spot=True, capacity_provider="burst", scaling=ScalingRules())
        world.add_service("prod", "agent", daemon=True, cpu=100, memory_mib=200)
        world.add_service("prod", "job", desired=2, capacity_providers=["burst"])
        world.run_task("prod", on=found.fleet.instance_ids[0])
        found.register()
        found.fleet.run(90)
        yield found


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch, fleet: Looked) -> None:
    fleet.fleet.run(10)  # until AWS answers as many calls again
    monkeypatch.setattr(kept, "_all", {})


def observer(fleet: Looked) -> RebalanceObserver:
    return RebalanceObserver(fleet.ledger, REGION)


def seen(fleet: Looked, memory: Remembered | None = None) -> Snapshot:
    return observer(fleet).snapshot(fleet.cluster(), memory or Remembered(), POLICY, fleet.now)


def without(fleet: Looked, service: str, operation: str) -> Snapshot:
    """As it is seen while such calls are refused."""
    world: Any = fleet.fleet.world
    world.refuse_calls(service, operation)
    try:
        return seen(fleet)
    finally:
        world.allow_calls(service, operation)


def test_everything_is_seen_at_once(fleet: Looked) -> None:
    snapshot = seen(fleet)

    web, burst = ({p.name: p for p in snapshot.providers}[name] for name in ("web", "burst"))
    groups = {group.name: group for group in snapshot.groups}
    markets = {(i.group, i.market, len(i.tasks or ())) for i in snapshot.instances}
    assert (web.managed_scaling, web.group, burst.managed_scaling, burst.group) == (False, "web", True, "burst")
    assert burst.reservation is not None
    assert [(o.market, o.capacity["cpu"]) for g in ("web", "burst") for o in groups[g].offers] == [
        (Market.ON_DEMAND, 3996),
        (Market.SPOT, 3996),
    ]
    assert {(group, market) for group, market, _ in markets} == {("web", Market.ON_DEMAND), ("burst", Market.SPOT)}
    assert {p.market for p in snapshot.prices} == {Market.ON_DEMAND, Market.SPOT}
    assert snapshot.services["agent"].daemon
    assert snapshot.services["job"].providers.keys() == {"burst"}
    assert snapshot.definitions.keys() == {"api"}
    assert snapshot.budget == Budget(1, 0)


def test_a_second_look_asks_for_nothing_that_does_not_change(fleet: Looked) -> None:
    seen(fleet)
    before = fleet.calls

    seen(fleet)

    once = {"DescribeInstances", "DescribeInstanceTypes", "DescribeTasks", "GetTaskProtection", "GetProducts"}
    assert once & set(fleet.asked(before)) == set()
    assert fleet.asked(before).count("DescribeTaskDefinition") == 2  # the newest of what spare room is kept for


# fmt: off
UNKNOWN: list[tuple[str, str, Any]] = [
    ("cloudwatch", "GetMetricData", lambda s: [p.reservation for p in s.providers] == [None, None]),
    ("ec2", "DescribeInstances", lambda s: {i.market for i in s.instances} == {None}),
    ("ec2", "DescribeInstanceTypes", lambda s: {i.interfaces for i in s.instances} == {0}),
    ("ec2", "DescribeSpotPriceHistory", lambda s: {p.market for p in s.prices} == {Market.ON_DEMAND}),
    ("ec2", "DescribeLaunchTemplateVersions", lambda s: [g.offers for g in s.groups] == [(), ()]),
    ("pricing", "GetProducts", lambda s: {p.market for p in s.prices} == {Market.SPOT}),
    ("autoscaling", "DescribeAutoScalingGroups", lambda s: (s.groups, s.budget) == ((), Budget())),
    ("autoscaling", "DescribeScalingActivities", lambda s: s.groups == ()),
    ("autoscaling", "DescribeInstanceRefreshes", lambda s: s.groups == ()),
    ("autoscaling", "DescribeScheduledActions", lambda s: s.groups == ()),
    ("ecs", "ListTasks", lambda s: {i.tasks for i in s.instances} == {None}),
    ("ecs", "DescribeTasks", lambda s: {i.tasks for i in s.instances} == {None}),
    ("ecs", "DescribeTaskDefinition", lambda s: [w.copy for w in s.services.values()] == [None] * 3),
    ("ecs", "GetTaskProtection", lambda s: FOR_EVER in [t.protected_until for i in s.instances for t in i.tasks]),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "unknown"), UNKNOWN, ids=[row[1] for row in UNKNOWN])
def test_a_call_that_fails_makes_only_its_own_part_unknown(
    fleet: Looked, service: str, operation: str, unknown: Any
) -> None:
    snapshot = without(fleet, service, operation)

    assert unknown(snapshot)
    assert (len(snapshot.instances), len(snapshot.services), len(snapshot.providers)) == (5, 3, 2)


@pytest.mark.parametrize(
    "operation",
    ["ListContainerInstances", "DescribeContainerInstances", "DescribeClusters", "DescribeCapacityProviders",
     "ListServices", "DescribeServices"],
)  # fmt: skip
def test_where_who_is_there_or_what_runs_is_not_told_there_is_no_picture_at_all(fleet: Looked, operation: str) -> None:
    with pytest.raises(CallFailedError):
        without(fleet, "ecs", operation)


def test_what_is_looked_at_again_is_fresh_and_the_rest_is_as_it_was(fleet: Looked) -> None:
    snapshot = seen(fleet)
    first, *others = (i for i in snapshot.instances if i.group == "web")
    fleet.fleet.world.run_task("prod", "late", on=first.id)
    fleet.fleet.run(90)

    again = observer(fleet).again(snapshot, [first.id])

    fresh = {i.id: i for i in again.instances}
    assert len(fresh[first.id].tasks or ()) == len(first.tasks or ()) + 1
    assert [fresh[i.id] for i in others] == others
    assert [g.offers for g in again.groups] == [g.offers for g in snapshot.groups]


def test_a_look_at_one_of_them_forgets_nothing_of_the_others(fleet: Looked) -> None:
    snapshot = seen(fleet)
    observer(fleet).again(snapshot, [snapshot.instances[0].id])

    before = fleet.calls
    seen(fleet)

    assert "DescribeTasks" not in fleet.asked(before)


def test_what_cannot_be_asked_again_is_unknown(fleet: Looked) -> None:
    snapshot = seen(fleet)
    first, second, *_ = (i.id for i in snapshot.instances)
    world: Any = fleet.fleet.world
    world.refuse_calls("ecs", "DescribeContainerInstances")

    again = {i.id: i for i in observer(fleet).again(snapshot, [first]).instances}
    world.allow_calls("ecs", "DescribeContainerInstances")

    assert (again[first].tasks, again[second].tasks is None) == (None, False)


def test_what_is_remembered_is_handed_on_and_takes_its_part_of_the_budget(fleet: Looked) -> None:
    told = {"agents": fleet.now - timedelta(hours=1)}
    out = next(i for i in fleet.fleet.instance_ids)

    snapshot = seen(fleet, Remembered(told=told, in_flight=frozenset({out})))

    assert (snapshot.told, snapshot.budget.out) == (told, 1)


def test_the_group_of_a_move_is_seen_though_nothing_else_names_it_and_one_that_is_deleted_costs_nothing(
    fleet: Looked,
) -> None:
    fleet.fleet.world.add_group("emptied", "prod", desired=0)

    def groups(*named: str) -> tuple[set[str], frozenset[str], Budget]:
        moves = [replace(MOVE, instance_id=f"i-{n:017x}", group=group) for n, group in enumerate(named)]
        snapshot = seen(fleet, Remembered(moves=tuple(moves)))
        return {group.name for group in snapshot.groups}, snapshot.deleted, snapshot.budget

    assert groups() == ({"web", "burst"}, frozenset(), Budget(1, 0))
    assert groups("emptied") == ({"web", "burst", "emptied"}, frozenset(), Budget(1, 0))
    assert groups("emptied", "deleted") == ({"web", "burst", "emptied"}, frozenset({"deleted"}), Budget(1, 0))


def test_the_budget_is_known_though_a_provider_still_names_a_group_that_was_deleted(fleet: Looked) -> None:
    cluster = replace(fleet.cluster(), groups=("burst", "deleted", "web"))

    snapshot = observer(fleet).snapshot(cluster, Remembered(), POLICY, fleet.now)

    assert (snapshot.budget, snapshot.deleted) == (Budget(1, 0), frozenset({"deleted"}))


def test_a_group_that_does_not_answer_is_not_deleted(fleet: Looked) -> None:
    fleet.fleet.world.refuse_group("burst", "denied")
    snapshot = seen(fleet)

    assert {group.name for group in snapshot.groups} == {"web"}
    assert snapshot.deleted == frozenset()


def test_those_of_a_warm_pool_do_not_serve_and_their_agents_are_not_taken_for_lost(fleet: Looked) -> None:
    world = fleet.fleet.world
    world.readings.warm_instances_register = True
    world.put_warm_pool("web", state="Running", most_prepared=6)
    fleet.fleet.run(600)
    first, second, connected = (i for i, member in world.groups.groups["web"].members.items() if member.warm)
    world.disconnect_agent(first)
    world.disconnect_agent(second)

    snapshot = seen(fleet)

    aside = {i.id: (i.group, i.lifecycle_state) for i in snapshot.instances if i.lifecycle_state != "InService"}
    assert aside == dict.fromkeys([first, second, connected], ("web", "Warmed"))
    assert all(i.zone for i in snapshot.instances)
    assert brake(snapshot.cluster, snapshot.instances) == ""
