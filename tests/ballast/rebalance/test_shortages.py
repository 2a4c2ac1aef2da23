"""What a launch is refused with, and for how long it is remembered."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from ballast.rebalance.shortages import Failure, is_aside, remember
from ballast.rebalance.snapshot import Market
from ballast.records.rebalancing import Shortage
from tests.ballast.rebalance.builders import GROUP, before, minutes
from tests.builders import CLUSTER, NOW

ICE = "InsufficientInstanceCapacity"
HERE = {"group": GROUP, "instance_type": "m6i.xlarge", "zone": "a", "market": Market.ON_DEMAND}


def a_failure(code: str = ICE, **changes: object) -> Failure:
    told = {"instance_type": "m6i.xlarge", "zone": "a", "market": Market.ON_DEMAND, "at": NOW, **changes}
    return Failure(GROUP, code=code, **told)  # type: ignore[arg-type] # as the test names them


def scope(failure: Failure) -> str:
    (act,) = remember([failure], (), CLUSTER)
    return act.shortage.item.removeprefix("shortage#")


@pytest.mark.parametrize(
    ("failure", "aside"),
    [
        (a_failure(), "*/m6i.xlarge/a/on-demand"),
        (a_failure("UnfulfillableCapacity"), "*/m6i.xlarge/a/on-demand"),
        (a_failure("ReservationCapacityExceeded"), "*/m6i.xlarge/a/on-demand"),
        (a_failure("Unsupported", instance_type=None), "web/*/a/on-demand"),
        (a_failure("VcpuLimitExceeded"), "*/*/*/on-demand"),
        (a_failure("MaxSpotInstanceCountExceeded", market=Market.SPOT), "*/*/*/spot"),
        (a_failure("InsufficientFreeAddressesInSubnet"), "web/*/a/*"),
        (a_failure("SomethingNew"), "web/*/*/*"),
        (
            a_failure("", instance_type=None, message="We currently do not have sufficient m6i.xlarge capacity in the "
                      "Availability Zone you requested (eu-central-1a)."),
            "web/*/a/on-demand",
        ),
        (a_failure("", market=None, message="There is no Spot capacity available that matches."), "*/m6i.xlarge/a/spot"),
        (a_failure("", message="64 instance(s) are already running. Launching failed."), "*/*/*/on-demand"),
        (a_failure("", message="You have exceeded something."), "web/*/*/*"),
    ],
)  # fmt: skip
def test_what_is_short_is_put_aside_and_no_more(failure: Failure, aside: str) -> None:
    assert scope(failure) == aside


def test_memory_grows_from_three_minutes_to_thirty_with_jitter() -> None:
    known: tuple[Shortage, ...] = ()
    spans = []
    for number in range(6):
        at = NOW + minutes(60 * number)
        (act,) = remember([a_failure(at=at)], known, CLUSTER)
        known = (act.shortage,)
        spans.append((act.shortage.until - at) / timedelta(minutes=1))
        assert act.shortage.revision == number

    assert all(least <= span <= least * 1.2 for span, least in zip(spans, (3, 6, 12, 24, 30, 30), strict=True))
    assert all(one <= other * 1.2 for one, other in pairwise(spans))


def test_after_two_quiet_hours_it_begins_anew() -> None:
    old = Shortage(CLUSTER, None, "m6i.xlarge", "a", Market.ON_DEMAND, ICE, before(121), before(100), failures=5)
    (act,) = remember([a_failure()], (old,), CLUSTER)

    assert act.shortage.failures == 1


def test_the_same_failure_told_twice_or_late_counts_once() -> None:
    (act,) = remember([a_failure(), a_failure()], (), CLUSTER)

    assert act.shortage.failures == 1
    assert act.before is None
    assert remember([a_failure(), a_failure(at=before(5))], (act.shortage,), CLUSTER) == ()


def test_pools_put_aside_at_once_do_not_all_come_back_at_once() -> None:
    failures = [a_failure(zone=zone) for zone in "abcdef"]

    assert len({act.shortage.until for act in remember(failures, (), CLUSTER)}) > 3


@pytest.mark.parametrize(
    ("other", "aside"),
    [
        ({}, True),
        ({"zone": "b"}, False),
        ({"market": Market.SPOT}, False),
        ({"instance_type": "m6i.large"}, False),
        ({"group": "other"}, True),
        ({"instance_type": None}, False),
    ],
)
def test_only_the_same_pool_is_aside(other: dict[str, str | None], aside: bool) -> None:  # noqa: FBT001
    (act,) = remember([a_failure()], (), CLUSTER)

    assert bool(is_aside([act.shortage], NOW, **{**HERE, **other})) is aside  # type: ignore[arg-type] # as the test names them


def test_once_its_time_is_over_a_pool_is_back() -> None:
    (act,) = remember([a_failure()], (), CLUSTER)

    assert is_aside([act.shortage], act.shortage.until - timedelta(seconds=1), **HERE)
    assert not is_aside([act.shortage], act.shortage.until, **HERE)
