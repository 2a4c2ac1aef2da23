"""What is to be done about a cluster now: the methods together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.policy.policy import Policy
from ballast.policy.rebalancing import Rebalance, RebalancePolicy, Spare
from ballast.rebalance.acts import GiveBack, GoOn, Page
from ballast.rebalance.round import METHODS
from ballast.rebalance.snapshot import Budget, Instance, Market, Price, Snapshot
from ballast.records.pause import Pause
from ballast.records.rebalancing import ProviderMemory
from tests.ballast.rebalance.builders import (
    GROUP,
    OFFERS,
    ON,
    PROVIDER,
    a_group,
    a_move,
    a_provider,
    a_snapshot,
    a_task,
    an_instance,
    before,
    minutes,
    some_tasks,
    workload,
)
from tests.ballast.rebalance.rounds import given_back, launches, once_done, stay_of, the_round
from tests.builders import CLUSTER, NOW, a_cluster

THIN = [an_instance(n, *some_tasks(2)) for n in range(1, 5)]


def fleet(*tasks: int) -> list[Instance]:
    return [an_instance(n, *some_tasks(number)) for n, number in enumerate(tasks, 1)]


def test_a_fragmented_fleet_shrinks_to_what_it_needs() -> None:
    assert len(given_back(the_round(a_snapshot(*THIN)))) == 3


def test_under_managed_scaling_the_first_one_is_a_probe() -> None:
    """Timeline 1: N = M = 10, two at 20 %; one drains, and the next only after it is gone."""
    ten = fleet(*[6] * 8, 2, 2)
    first = the_round(a_snapshot(*ten, managed=True))
    (move,) = [act.move for act in first.acts if isinstance(act, GiveBack)]
    draining = [replace(i, host=replace(i.host, status="DRAINING")) if i.id == move.instance_id else i for i in ten]  # type: ignore[arg-type] # a status
    during = the_round(a_snapshot(*draining, managed=True, moves=(move,)))
    after = once_done(a_snapshot(*ten, managed=True), first)

    assert move.desired == 10
    assert given_back(during) == []
    assert len(after.instances) == after.groups[0].capacity.desired == 9
    assert len(given_back(the_round(after))) == 1


def test_after_three_clean_moves_the_budget_applies() -> None:
    memory = ProviderMemory(CLUSTER, PROVIDER, clean_moves=3)

    assert len(given_back(the_round(a_snapshot(*THIN, managed=True, memories=(memory,))))) == 3


def test_a_target_below_100_percent_keeps_its_empty_instances() -> None:
    """Timeline 3: T = 90, N = N*, a service that is spread, two empty ones."""
    twenty = [*fleet(*[4] * 18), an_instance(19), an_instance(20)]
    decided = the_round(a_snapshot(*twenty, managed=True, provider={"target_percent": 90}))

    assert given_back(decided) == []
    assert "would fill headroom" in stay_of(decided, twenty[0])
    assert "ECS wants 20 instances" in stay_of(decided, twenty[19])


def test_the_minimum_is_told_and_nothing_done() -> None:
    """Timeline 11."""
    decided = the_round(a_snapshot(*THIN, group={"min_size": 4}))

    assert given_back(decided) == []
    assert {kept.stay.why for kept in decided.kept} == {"group minimum"}
    assert {kept.usd_per_hour for kept in decided.kept} == {0.2}


def test_a_service_that_cannot_move_is_named_and_the_next_candidate_goes() -> None:
    """Timeline 12."""
    fixed = an_instance(5, *some_tasks(1, "fixed"))
    services = {"fixed": workload("fixed", 1, service={"maximum_percent": 100})}
    decided = the_round(a_snapshot(*THIN, fixed, services=services))

    assert "the service can be moved nowhere: service fixed may run neither" in stay_of(decided, fixed)
    assert len(given_back(decided)) == 3


def test_gone_agents_stop_everything_with_one_page() -> None:
    """Timeline 15."""
    away = [an_instance(n, *some_tasks(1), host={"agent_connected": n > 3}) for n in range(1, 11)]
    decided = the_round(a_snapshot(*away))

    assert [act.line for act in decided.acts] == [
        "tell on-call: 3 of 10 ECS agents are disconnected: nothing is given back until they are back."
    ]
    again = the_round(a_snapshot(*away, told={"agents": before(60)}))
    assert (again.acts, again.holds) == ((), frozenset({"agents"}))
    assert the_round(a_snapshot(*away), replace(ON, rebalance=Rebalance.OFF)).acts == ()


def test_a_provider_that_failed_the_probe_stays_told_as_long_as_that_is_remembered() -> None:
    memory = ProviderMemory(CLUSTER, PROVIDER, drain_counts_against=True)

    assert the_round(a_snapshot(an_instance(1), memories=(memory,))).holds == frozenset({f"probe {PROVIDER}"})
    assert the_round(a_snapshot(an_instance(1))).holds == frozenset()


def test_an_instance_without_a_price_is_never_removed_for_money() -> None:
    """Timeline 15."""
    unpriced = an_instance(5, *some_tasks(1), instance_type="x9.large")
    decided = the_round(a_snapshot(*THIN, unpriced))

    assert unpriced.id not in given_back(decided)
    assert "price of x9.large" in stay_of(decided, unpriced)


def test_capacity_is_never_added_and_given_back_in_one_round() -> None:
    waits = {"api": workload("api", service={"desired": 30, "running": 0}, short_since=before(1))}
    decided = the_round(a_snapshot(*THIN, services=waits))

    assert [act.line for act in launches(decided)] == ["raise web from 4 to 5: 6 tasks have no room"]
    assert given_back(decided) == []
    assert stay_of(decided, THIN[0]) == "its part rests: capacity is added in this round"


def test_while_tasks_wait_nothing_goes_even_if_there_is_room_for_them() -> None:
    """Hazard: what is launched first blocks the scale-out of ECS, so nothing is while tasks are PROVISIONING."""
    waits = {"api": workload("api", service={"desired": 1, "running": 0}, short_since=before(1))}

    assert the_round(a_snapshot(*THIN, services=waits)).acts == ()


def test_a_task_that_no_launch_helps_does_not_keep_everything_else_where_it_is() -> None:
    task = a_task("api", memory_mib=300_000)
    waits = {"api": workload("api", service={"desired": 1, "running": 0}, copy=task)}
    decided = the_round(a_snapshot(*THIN, services=waits))

    assert [type(act) for act in decided.acts[:1]] == [Page]
    assert len(given_back(decided)) == 3


def test_a_drain_has_twice_the_time_that_its_slowest_service_takes_to_stop() -> None:
    """Hazard: deregistration delay and stop timeout."""
    slow = {"web": workload("web", 8, stops_in=minutes(240))}
    deadlines = {
        act.move.deadline for act in the_round(a_snapshot(*THIN, services=slow)).acts if isinstance(act, GiveBack)
    }

    assert deadlines == {NOW + minutes(480)}


def test_an_instance_that_somebody_else_drains_is_never_touched() -> None:
    """Hazard: two planners. It takes budget, which the shell counts."""
    foreign = an_instance(5, *some_tasks(1), host={"status": "DRAINING"})
    decided = the_round(a_snapshot(*THIN, foreign, group={"capacity": {"desired": 5}}))

    assert foreign.id not in given_back(decided)
    assert all(foreign.id not in act.placements for act in decided.acts if isinstance(act, GiveBack))
    assert "it is DRAINING" in stay_of(decided, foreign)


def test_empty_ones_go_first_and_end_the_round_of_their_part() -> None:
    decided = the_round(a_snapshot(*THIN, an_instance(9)))

    assert given_back(decided) == [an_instance(9).id]
    assert stay_of(decided, THIN[0]) == "the budget is used up: no more may begin in this round"


def test_what_cannot_go_goes_for_cheaper() -> None:
    decided = the_round(a_snapshot(*fleet(3), group={"offers": (OFFERS["m6i.large"],)}))
    (launch,) = launches(decided)

    assert launch.line == "raise web from 1 to 2: 1 in the place of i-00000000000000001 save 0.100 USD/h"


def test_the_budget_is_shared_by_all_parts() -> None:
    def of_group(number: int) -> tuple[Instance, ...]:
        name = f"group-{number}"
        told = {"capacity_provider": f"provider-{number}"}
        return tuple(an_instance(10 * number + n, *some_tasks(1), group=name, host=told) for n in range(4))

    numbers = range(1, 4)
    snapshot = replace(
        a_snapshot(*(i for n in numbers for i in of_group(n)), budget=Budget(7, 3)),
        providers=tuple(a_provider(name=f"provider-{n}", group=f"group-{n}", managed_scaling=False) for n in numbers),
        groups=tuple(a_group(*of_group(n), name=f"group-{n}") for n in numbers),
    )

    assert len(given_back(the_round(snapshot))) == 4


def test_a_replacement_that_is_awaited_has_its_place_in_the_budget() -> None:
    waiting = a_move(an_instance(9), phase="launching", group="other", launched=1)

    assert len(given_back(the_round(a_snapshot(*THIN, budget=Budget(2, 0), moves=(waiting,))))) == 1


def by_launch_type(*fleet: Instance, **changes: Any) -> Snapshot:
    """Of groups one and two, without a provider, and a service that may run on both."""
    groups = tuple(a_group(*(i for i in fleet if i.group == name), name=name) for name in ("one", "two"))
    tasks = sum(len(i.tasks or ()) for i in fleet)
    return a_snapshot(
        *fleet, services={"web": workload("web", tasks, providers={})}, providers=(), groups=groups, **changes
    )


def of_group(name: str, first: int, tasks: int = 2, **changes: Any) -> tuple[Instance, ...]:
    host = {"capacity_provider": None}
    return tuple(an_instance(first + n, *some_tasks(tasks), group=name, host=host, **changes) for n in range(3))


def test_what_goes_of_groups_that_share_their_room_is_proven_together() -> None:
    """Twelve tasks on six that hold eight each: in proofs of its own each group would give three back."""
    one, two = of_group("one", 1), of_group("two", 4)
    gone = set(given_back(the_round(by_launch_type(*one, *two))))

    assert len(gone) == 4
    assert gone & {i.id for i in one}
    assert gone & {i.id for i in two}


def test_the_dearest_go_first_of_whichever_group_they_are() -> None:
    one, two = of_group("one", 1), of_group("two", 4, instance_type="m6i.2xlarge")
    gone = given_back(the_round(by_launch_type(*one, *two, budget=Budget(3, 0))))

    assert set(gone) == {i.id for i in two}


def test_while_something_empty_goes_nothing_moves_in_groups_that_share_its_room() -> None:
    empty, two = of_group("one", 1, tasks=0), of_group("two", 4)

    assert set(given_back(the_round(by_launch_type(*empty, *two)))) == {i.id for i in empty}


@pytest.mark.parametrize("rebalance", list(Rebalance))
def test_off_does_nothing_and_report_says_what_it_would(rebalance: Rebalance) -> None:
    decided = the_round(a_snapshot(*THIN), replace(ON, rebalance=rebalance))

    assert bool(decided.acts) is (rebalance is Rebalance.ON)
    assert bool(decided.would) is (rebalance is not Rebalance.ON)


def test_by_default_it_only_reports_and_tells_what_is_impossible() -> None:
    task = a_task("api", memory_mib=300_000)
    waits = {"api": workload("api", service={"desired": 1, "running": 0}, copy=task)}
    decided = the_round(a_snapshot(*THIN, services=waits), RebalancePolicy())

    assert [type(act) for act in decided.acts] == [Page]
    assert the_round(a_snapshot(*THIN), RebalancePolicy()).acts == ()


@pytest.mark.parametrize(
    ("off", "snapshot"),
    [
        ({"scale_out": False}, a_snapshot(services={"api": workload("api", service={"desired": 1, "running": 0})})),
        ({"consolidate": False, "replace": False}, a_snapshot(*THIN)),
        ({"consolidate": False}, a_snapshot(an_instance(1))),
        ({"replace": False}, a_snapshot(*fleet(3), group={"offers": (OFFERS["m6i.large"],)})),
    ],
)
def test_each_method_has_its_switch(off: dict[str, Any], snapshot: Snapshot) -> None:
    assert the_round(snapshot).acts != ()
    decided = the_round(snapshot, replace(ON, **off))
    assert decided.acts == ()
    assert decided.would != ()


def test_replacing_works_without_consolidating() -> None:
    small = {"offers": (OFFERS["m6i.large"],)}
    decided = the_round(a_snapshot(*fleet(3, 3), group=small), replace(ON, consolidate=False))

    assert given_back(decided) == []
    assert len(launches(decided)) == 1
    assert any(isinstance(act, GiveBack) for act in decided.would)


@pytest.mark.parametrize(
    ("policy", "launched"),
    [
        (Policy(brake=Pause("test", "mia", NOW, NOW + minutes(60))), True),
        (Policy(unreadable=(("ballast:rebalance", "x", "on"),)), False),
    ],
)
def test_a_pause_stops_what_is_voluntary_and_tasks_still_get_room(policy: Policy, launched: bool) -> None:  # noqa: FBT001
    waits = a_snapshot(
        services={"api": workload("api", service={"desired": 1, "running": 0})}, cluster=a_cluster(policy)
    )

    assert bool(launches(the_round(waits))) is launched
    assert given_back(the_round(a_snapshot(*THIN, cluster=a_cluster(policy)))) == []


def test_moves_under_way_go_on_when_rebalancing_is_off() -> None:
    empty = an_instance(1, host={"status": "DRAINING"})
    decided = the_round(a_snapshot(empty, *THIN[1:], moves=(a_move(empty),)), RebalancePolicy(rebalance=Rebalance.OFF))

    assert [type(act) for act in decided.acts] == [GoOn]


def test_an_empty_cluster_has_nothing_to_decide() -> None:
    assert the_round(Snapshot(a_cluster())).acts == ()
    assert the_round(a_snapshot()).acts == ()


@pytest.mark.parametrize("price", [-1.0, 0.0, float("nan")])
def test_prices_that_make_no_sense_move_nothing(price: float) -> None:
    known = tuple(Price(name, Market.ON_DEMAND, price) for name in OFFERS)

    assert the_round(a_snapshot(*THIN, prices=known)).acts == ()


def test_instances_of_no_capacity_and_tasks_that_fit_nothing_are_survived() -> None:
    nothing = an_instance(9, *some_tasks(1, memory_mib=900_000), host={"free_cpu_units": 0, "free_memory_mib": -5})
    decided = the_round(a_snapshot(*THIN, nothing))

    assert nothing.id not in given_back(decided)
    assert len(given_back(decided)) == 3


def test_198_shapes_are_decided() -> None:
    many = [an_instance(n, *(a_task(f"s{n}-{k}", memory_mib=1000 + 7 * n + k) for k in range(2))) for n in range(99)]

    assert len(given_back(the_round(a_snapshot(*many)))) == 5


def test_what_was_decided_is_not_undone_by_the_next_round() -> None:
    snapshot = a_snapshot(*fleet(5, 4, 3, 2, 2), definitions={"web": a_task()})
    policy = replace(ON, spare=(Spare("web", 3),))
    first = the_round(snapshot, policy)
    second = the_round(once_done(snapshot, first), policy)

    assert given_back(first)
    assert launches(second) == []


def test_the_methods_are_listed_in_their_order() -> None:
    assert METHODS == ("settle", "brake", "impossible", "scale out", "idle", "consolidate", "replace")


def test_what_is_done_reads_as_a_line() -> None:
    lines = [act.line for act in the_round(a_snapshot(*THIN, group={"name": GROUP})).acts]

    assert lines[0] == "give back i-00000000000000001 of web: 2 tasks move, 0.200 USD/h saved"
