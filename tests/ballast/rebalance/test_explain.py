"""What the capacity costs, and why so much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.capacity import ZonalShift
from ballast.facts.task import TaskKind
from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.rebalance.explain import Explanation, Kind, explain, won_by_lifting
from ballast.rebalance.round import decide
from ballast.rebalance.snapshot import Instance, Price
from ballast.rebalance.stays import Why
from tests.ballast.rebalance.builders import OFFERS, ON, a_snapshot, a_task, an_instance, ground, some_tasks, workload

CENT = 10_000  # millionths of a dollar


def of(*instances: Instance, policy: RebalancePolicy = ON, **changes: Any) -> Explanation:
    here = ground(a_snapshot(*instances, **changes), policy)
    return explain(here, decide(here))


def row(explained: Explanation, kind: Kind) -> int:
    return sum(each.micro_usd_per_hour for each in explained.rows if each.kind is kind)


def fleet(*tasks: int) -> list[Instance]:
    return [an_instance(n, *some_tasks(number)) for n, number in enumerate(tasks, 1)]


def test_a_full_fleet_costs_the_bound() -> None:
    assert [each.kind for each in of(*fleet(8, 8)).rows if each.micro_usd_per_hour] == [Kind.BOUND]


def test_what_consolidation_could_win_is_fragmentation() -> None:
    """Eight tasks need one instance; there are four."""
    explained = of(*fleet(2, 2, 2, 2))

    assert (row(explained, Kind.BOUND), row(explained, Kind.FRAGMENTATION)) == (20 * CENT, 60 * CENT)


def test_what_cannot_be_split_is_granularity() -> None:
    explained = of(*fleet(4))

    assert row(explained, Kind.BOUND) == pytest.approx(10 * CENT, rel=0.01)
    assert row(explained, Kind.GRANULARITY) == pytest.approx(10 * CENT, rel=0.01)


def test_room_that_is_kept_on_purpose_is_headroom() -> None:
    explained = of(
        *fleet(8), an_instance(9), policy=replace(ON, spare=(Spare("web", 4),)), definitions={"web": a_task()}
    )

    assert row(explained, Kind.HEADROOM) == 20 * CENT
    assert row(explained, Kind.FRAGMENTATION) == 0


def test_what_is_blocked_is_told_by_service_and_reason() -> None:
    fixed = [an_instance(n, *some_tasks(1, "fixed")) for n in (5, 6)]
    alone = an_instance(7, a_task(kind=TaskKind.STANDALONE, group="family:job"))
    services = {"fixed": workload("fixed", 2, service={"maximum_percent": 100})}
    explained = of(*fleet(8, 8), *fixed, alone, services=services)
    blocked = {
        (each.why, each.service): each.micro_usd_per_hour for each in explained.rows if each.kind is Kind.BLOCKED
    }

    assert blocked.keys() == {(Why.SERVICE_FIXED, "fixed"), (Why.STANDALONE, None)}
    assert blocked[Why.SERVICE_FIXED, "fixed"] > blocked[Why.STANDALONE, None] > 0


def test_the_group_minimum_is_told_in_dollars() -> None:
    """Timeline 11."""
    explained = of(*fleet(4, 4), group={"min_size": 2})

    assert [each.why for each in explained.rows if each.kind is Kind.BLOCKED] == [Why.GROUP_MINIMUM]
    assert row(explained, Kind.BLOCKED) == pytest.approx(20 * CENT, rel=0.01)


def test_unpriced_instances_are_counted_and_in_no_row() -> None:
    explained = of(*fleet(8), an_instance(9, instance_type="x9.large"))

    assert (explained.unpriced, explained.micro_usd_per_hour) == (1, 20 * CENT)


def test_two_currencies_explain_nothing() -> None:
    snapshot = a_snapshot(*fleet(8))
    mixed = (*snapshot.prices, Price("x", snapshot.prices[0].market, 1.0, currency="CNY"))
    explained = of(*fleet(8), prices=mixed)

    assert (explained.unpriced, explained.micro_usd_per_hour) == (1, 0)


def test_a_part_whose_offers_are_unknown_is_all_fragmentation_or_blocked() -> None:
    explained = of(*fleet(2), group={"offers": ()})

    assert sum(each.micro_usd_per_hour for each in explained.rows) == 20 * CENT
    assert row(explained, Kind.BOUND) == 0


def test_a_fleet_cheaper_than_its_plan_has_no_fragmentation() -> None:
    explained = of(
        an_instance(1, *some_tasks(4), instance_type="m6i.large"), group={"offers": (OFFERS["m6i.2xlarge"],)}
    )

    assert sum(each.micro_usd_per_hour for each in explained.rows) == 10 * CENT
    assert row(explained, Kind.FRAGMENTATION) == 0


def test_an_empty_cluster_costs_nothing() -> None:
    assert of().micro_usd_per_hour == 0


def test_what_lifting_a_block_would_win() -> None:
    fixed = [an_instance(n, *some_tasks(1, "fixed")) for n in (3, 4)]
    both = an_instance(5, *some_tasks(1, "fixed"), a_task(kind=TaskKind.STANDALONE))
    services = {"fixed": workload("fixed", 3, service={"maximum_percent": 100})}
    here = ground(a_snapshot(*fixed, both, services=services))
    decided = decide(here)

    assert won_by_lifting(here, here.parts[0], Why.SERVICE_FIXED, "fixed", decided.kept) == pytest.approx(0.4)
    assert won_by_lifting(here, here.parts[0], Why.STANDALONE, None, decided.kept) == 0
    told = {each.why: each.won_micro_usd_per_hour for each in explain(here, decided).rows if each.why}
    assert told[Why.SERVICE_FIXED] == 40 * CENT


def test_a_zone_that_is_shifted_away_from_is_explained_and_lifting_it_wins_nothing() -> None:
    """what-if found it: a report of such a cluster ended in a KeyError."""
    shift = {"zones": frozenset("ab"), "shift": ZonalShift(frozenset({"a"}))}
    in_zone = [an_instance(n, *some_tasks(1), zone="a") for n in (1, 2)]
    others = [an_instance(n, *some_tasks(1), zone="b") for n in (3, 4)]
    here = ground(a_snapshot(*in_zone, *others, group={"capacity": shift}))
    decided = decide(here)

    assert {kept.instance_id: kept.stay.why for kept in decided.kept}[in_zone[0].id] is Why.ZONE
    assert won_by_lifting(here, here.parts[0], Why.ZONE, None, decided.kept) == 0
    assert explain(here, decided).micro_usd_per_hour == 80 * CENT


def test_a_block_is_told_no_larger_than_what_could_be_won() -> None:
    """The half of it that its tasks do not need is granularity: no plan does with less than one."""
    explained = of(*fleet(4), group={"min_size": 1})

    assert row(explained, Kind.GRANULARITY) == pytest.approx(10 * CENT, rel=0.01)
    assert all(each.micro_usd_per_hour >= 0 for each in explained.rows)


def test_a_group_without_the_provider_of_its_name_is_a_part_of_its_own() -> None:
    ours = an_instance(1, *some_tasks(2), group="web-provider")
    joined_alone = an_instance(2, *some_tasks(2), group="web-provider", host={"capacity_provider": None})
    explained = of(
        ours, joined_alone, provider={"group": "web-provider"}, group={"name": "web-provider", "refreshing": True}
    )

    assert sum(each.micro_usd_per_hour for each in explained.rows) == explained.micro_usd_per_hour == 40 * CENT
