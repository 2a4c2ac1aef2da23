"""Whose instances are worth their price for what runs here."""

from __future__ import annotations

from dataclasses import replace

from ballast.rebalance.scale_out import scale_out
from ballast.rebalance.snapshot import Market, Offer, Price, Snapshot
from ballast.rebalance.thrift import thrifty
from tests.ballast.rebalance.builders import (
    a_group,
    a_snapshot,
    a_task,
    an_instance,
    before,
    ground,
    some_tasks,
    workload,
)

LEAN = Offer("c6i.xlarge", {"cpu": 4096, "memory": 8000, "eni": 8})
TOLD = {"capacity_provider": None}


def two_groups(*, memory_mib: int) -> Snapshot:
    """Group web has 16,000 MiB an instance for 0.20, group lean half of it for 0.17. One small task waits."""
    full = an_instance(1, *some_tasks(8, memory_mib=memory_mib), host=TOLD)
    small = workload(
        "small",
        service={"desired": 1, "running": 0},
        providers={},
        short_since=before(6),
        copy=a_task("small", cpu_units=2048, memory_mib=500),
    )
    snapshot = a_snapshot(
        full, providers=(), groups=(a_group(full), a_group(name="lean", offers=(LEAN,))), services={"small": small}
    )
    return replace(snapshot, prices=(*snapshot.prices, Price("c6i.xlarge", Market.ON_DEMAND, 0.17)))


def worth_it(snapshot: Snapshot) -> list[str]:
    here = ground(snapshot)
    return [home.name for home in thrifty(here, here.parts[0], here.parts)]


def test_lean_instances_are_not_worth_it_where_tasks_want_memory() -> None:
    assert worth_it(two_groups(memory_mib=2000)) == ["web"]
    assert worth_it(two_groups(memory_mib=1000)) == ["lean", "web"]


def test_the_cheapest_for_one_small_task_is_not_bought_where_all_others_want_more() -> None:
    def raised(memory_mib: int) -> list[str]:
        here = ground(two_groups(memory_mib=memory_mib))
        return [act.line for act in scale_out(here, here.parts[0])]

    assert raised(2000) == ["raise web from 1 to 2: 1 task has no room"]
    assert raised(1000) == ["raise lean from 0 to 1: 1 task has no room"]


def test_where_nothing_runs_or_one_group_is_there_all_are_worth_it() -> None:
    here = ground(a_snapshot(an_instance(1, host=TOLD), providers=()))

    assert thrifty(here, here.parts[0], here.parts) == here.parts
