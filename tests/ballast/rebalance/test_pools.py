"""What would come if a group launched now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ballast.facts.capacity import ZonalShift
from ballast.rebalance.pools import coming, tries, worst
from ballast.rebalance.snapshot import Market, Picks, Snapshot
from ballast.records.rebalancing import Shortage
from tests.ballast.rebalance.builders import OFFERS, ON, a_snapshot, ground, minutes
from tests.builders import CLUSTER, NOW

BOTH = (OFFERS["m6i.xlarge"], OFFERS["m6i.large"])
SHORT = Shortage(CLUSTER, None, "m6i.xlarge", "a", Market.ON_DEMAND, "Unsupported", NOW, NOW + minutes(3))


def of(picks: Picks, **changes: Any) -> Snapshot:
    return a_snapshot(group={"offers": BOTH, "picks": picks}, **changes)


def come(snapshot: Snapshot) -> list[str]:
    here = ground(snapshot)
    assert here.parts[0].group
    return [offer.instance_type for offer in coming(here, here.parts[0].group)]


def test_the_first_the_cheapest_or_any() -> None:
    assert come(of(Picks.FIRST)) == ["m6i.xlarge"]
    assert come(of(Picks.CHEAPEST)) == ["m6i.large"]
    assert come(of(Picks.UNKNOWN)) == ["m6i.xlarge", "m6i.large"]


def test_the_next_one_comes_while_the_first_is_short() -> None:
    assert come(of(Picks.FIRST, shortages=(SHORT,))) == ["m6i.large"]


def test_without_prices_nobody_knows_which_is_the_cheapest() -> None:
    assert come(of(Picks.CHEAPEST, prices=())) == ["m6i.xlarge", "m6i.large"]


def test_of_several_the_least_capacity_and_the_dearest_price_count() -> None:
    here = ground(of(Picks.UNKNOWN))
    pool = worst(here, here.parts[0])

    assert pool
    assert (pool.capacity["memory"], pool.capacity["eni"], pool.price_usd_per_hour) == (8000, 4, 0.2)


def test_one_unknown_price_makes_what_comes_unknown() -> None:
    snapshot = of(Picks.UNKNOWN)
    known = tuple(price for price in snapshot.prices if price.instance_type != "m6i.large")
    here = ground(replace(snapshot, prices=known))

    assert worst(here, here.parts[0]) is None


def test_negative_capacity_is_none() -> None:
    broken = replace(OFFERS["m6i.large"], capacity={"cpu": -1, "memory": 0})
    here = ground(a_snapshot(group={"offers": (broken,)}))
    pool = worst(here, here.parts[0])

    assert pool
    assert pool.capacity == {"cpu": 0, "memory": 0}


def test_zones_that_are_shifted_away_from_are_not_tried() -> None:
    away = {"zones": frozenset("ab"), "shift": ZonalShift(frozenset({"a"}))}
    here = ground(a_snapshot(group={"capacity": away}), replace(ON, launch_instances=True))

    assert [each.zone for each in tries(here, here.parts)] == ["b"]
