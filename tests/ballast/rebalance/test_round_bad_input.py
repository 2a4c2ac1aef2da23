"""Whatever AWS or an operator says, a round ends: it is refused, or handled with a sentence, and nothing is given back for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.policy.rebalancing import Spare
from ballast.rebalance.acts import Page
from ballast.rebalance.explain import explain
from ballast.rebalance.round import decide
from ballast.rebalance.snapshot import USD, Budget, Instance, Market, Offer, Price, Snapshot
from tests.ballast.rebalance.builders import (
    OFFERS,
    ON,
    PRICES,
    a_group,
    a_provider,
    a_snapshot,
    a_task,
    an_instance,
    before,
    ground,
    some_tasks,
    workload,
)
from tests.ballast.rebalance.rounds import given_back, launches, the_round
from tests.builders import NOW

THIN = [an_instance(n, *some_tasks(2)) for n in range(1, 5)]
EMPTY = Offer("m6i.xlarge", {"cpu": 0, "memory": -1})


def short_of_room(**changes: Any) -> Snapshot:
    """Thin instances, and two tasks of service api that wait for an instance of their own size."""
    large = a_task("api", cpu_units=3500, memory_mib=13_000)
    api = workload("api", copy=large, service={"desired": 2, "running": 0}, short_since=before(20))
    return a_snapshot(*THIN, services={"api": api}, **changes)


def two_providers(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, providers=(a_provider(managed_scaling=False), a_provider(name="other")))


def told(snapshot: Snapshot) -> list[str]:
    decided = the_round(snapshot)
    return [*(k.stay.sentence for k in decided.kept), *(a.sentence for a in decided.acts if isinstance(a, Page))]


HANDS_OFF: dict[str, tuple[Snapshot, str]] = {
    "two clusters": (short_of_room(group={"capacity": {"shared": True}}), "two clusters"),
    "two providers": (two_providers(short_of_room()), "belongs to 2 capacity providers"),
    "weights": (short_of_room(group={"weighted": True}), "by weight, which ECS does not support"),
    "an operator": (short_of_room(group={"capacity": {"operator": "eks.amazonaws.com"}}), "eks.amazonaws.com alone"),
    "sizes": (short_of_room(group={"min_size": 9, "max_size": 2}), "make no sense: 9 to 2"),
    "a negative size": (short_of_room(group={"capacity": {"desired": -4}}), "make no sense"),
    "a target of 0 %": (short_of_room(managed=True, provider={"target_percent": 0}), "must be 1 to 100"),
    "a target of 400 %": (short_of_room(managed=True, provider={"target_percent": 400}), "must be 1 to 100"),
}


@pytest.mark.parametrize("name", HANDS_OFF)
def test_a_group_that_is_not_ours_to_resize_is_left_alone_with_a_sentence(name: str) -> None:
    """Not even for tasks that wait."""
    snapshot, sentence = HANDS_OFF[name]
    decided = the_round(snapshot)

    assert (given_back(decided), launches(decided)) == ([], [])
    assert len(decided.kept) == len(THIN)
    assert all(sentence in kept.stay.sentence for kept in decided.kept)


def priced(*usd: float, currency: str = USD) -> tuple[Price, ...]:
    return tuple(Price("m6i.xlarge", Market.ON_DEMAND, each, currency=currency) for each in usd)


NO_PRICE = {
    "missing": (),
    "negative": priced(-0.2),
    "zero": priced(0.0),
    "no number": priced(float("nan")),
    "infinite": priced(float("inf")),
    "in two currencies": (*priced(0.2), *priced(1.4, currency="CNY")),
    "of another type": (Price("m7g.large", Market.ON_DEMAND, 0.1),),
    "of another zone": (Price("m6i.xlarge", Market.ON_DEMAND, 0.2, zone="z"),),
}


@pytest.mark.parametrize("name", NO_PRICE)
def test_without_a_price_nothing_is_given_back_or_chosen_and_both_are_told(name: str) -> None:
    thin, waiting = a_snapshot(*THIN, prices=NO_PRICE[name]), short_of_room(prices=NO_PRICE[name])

    assert (given_back(the_round(thin)), launches(the_round(waiting))) == ([], [])
    assert any("the price of m6i.xlarge (on-demand) in a is unknown" in sentence for sentence in told(thin))
    assert any("has no type with a known price that is not short" in sentence for sentence in told(waiting))


def test_a_price_told_twice_is_the_dearer_one_and_a_factor_that_is_none_is_unknown() -> None:
    twice = a_snapshot(*THIN, prices=priced(0.1, 0.3))
    policy = replace(ON, price_factors={"m6i.xlarge": float("nan")})

    assert {kept.usd_per_hour for kept in the_round(twice).kept} == {0.3}
    assert {kept.usd_per_hour for kept in the_round(twice, policy).kept} == {None}


@pytest.mark.parametrize("moves_by", [0.92, 0.97, 1.03, 1.08])
def test_what_was_exchanged_for_cheaper_is_not_exchanged_back_when_prices_move_a_little(moves_by: float) -> None:
    """One of 4,096 CPU units for one of half the size and price; then the price of either moves by a few percent."""
    offers = {"group": {"offers": (OFFERS["m6i.large"],)}}
    before_it = a_snapshot(an_instance(1, *some_tasks(3)), **offers)
    (launch,) = launches(the_round(before_it))
    half = an_instance(2, *some_tasks(3), instance_type="m6i.large")
    for name in PRICES:
        moved = tuple(Price(n, Market.ON_DEMAND, usd * (moves_by if n == name else 1)) for n, usd in PRICES.items())
        after = a_snapshot(half, prices=moved, group={"offers": (OFFERS["m6i.large"], OFFERS["m6i.xlarge"])})
        assert (given_back(the_round(after)), launches(the_round(after))) == ([], [])
    assert launch.add == 1


def odd(**changes: Any) -> Instance:
    return an_instance(9, *some_tasks(1), **changes)


SURVIVED: dict[str, Snapshot] = {
    "no cluster at all": Snapshot(a_snapshot().cluster),
    "a group without instances": a_snapshot(),
    "a group without types": a_snapshot(*THIN, group={"offers": ()}),
    "types of no capacity": short_of_room(group={"offers": (EMPTY,)}),
    "less than no room": a_snapshot(*THIN, odd(host={"free_cpu_units": -9, "free_memory_mib": -5})),
    "less than no interfaces": a_snapshot(*THIN, odd(interfaces=-1)),
    "tasks of no size": a_snapshot(*THIN, an_instance(9, a_task(cpu_units=0, memory_mib=0))),
    "tasks that fit nothing": a_snapshot(*THIN, an_instance(9, a_task(memory_mib=900_000))),
    "registered tomorrow": a_snapshot(*THIN, odd(host={"registered_at": NOW + timedelta(days=1)})),
    "in no zone": a_snapshot(*THIN, odd(zone="")),
    "in a group that nobody knows": a_snapshot(*THIN, odd(group="lost")),
    "in no group": a_snapshot(*THIN, odd(group=None)),
    "a budget below nothing": a_snapshot(*THIN, budget=Budget(-3, 9)),
    "a service that wants less than nothing": a_snapshot(
        *THIN, services={"api": workload("api", service={"desired": -2, "running": 0})}
    ),
    "more than it desires": a_snapshot(*THIN, group={"capacity": {"desired": 1}}),
    "198 shapes": a_snapshot(
        *(an_instance(n, *(a_task(f"s{n}-{k}", memory_mib=900 + 7 * n + k) for k in (1, 2))) for n in range(99))
    ),
}


@pytest.mark.parametrize("name", SURVIVED)
def test_a_round_over_what_makes_no_sense_ends_and_tells_of_each_instance(name: str) -> None:
    snapshot = SURVIVED[name]
    here = ground(snapshot, replace(ON, spare=(Spare("nobody knows it", 3), Spare("web", -1))))
    decided = decide(here)
    back = given_back(decided)
    awaited = [move.instance_id for launch in launches(decided) for move in launch.moves]
    explained = explain(here, decided)

    assert len(back) <= max(0, snapshot.budget.left)
    kept = {k.instance_id for k in decided.kept if k.stay.sentence}
    assert kept | set(back) | set(awaited) >= {i.id for i in snapshot.instances}
    assert sum(row.micro_usd_per_hour for row in explained.rows) == explained.micro_usd_per_hour


def test_a_task_that_fits_nothing_is_told_once_and_nothing_is_launched_for_it() -> None:
    giant = workload(
        "api", copy=a_task("api", memory_mib=300_000), service={"desired": 1, "running": 0}, short_since=before(20)
    )
    snapshot = a_snapshot(*THIN, services={"api": giant})
    (page,) = [act for act in the_round(snapshot).acts if isinstance(act, Page)]

    assert "asks for 300,000 MiB of memory; the largest instance of web-provider has 16,000" in page.sentence
    assert launches(the_round(snapshot)) == []
    assert [a for a in the_round(replace(snapshot, told={page.key: NOW})).acts if isinstance(a, Page)] == []


def test_two_groups_of_one_name_are_one() -> None:
    """An answer with a group twice, as pages that overlap have it."""
    snapshot = a_snapshot(*THIN)
    twice = replace(snapshot, groups=(*snapshot.groups, a_group(*THIN)))

    assert given_back(the_round(twice)) == given_back(the_round(snapshot))
