"""What follows when a launch is refused."""

from __future__ import annotations

from dataclasses import replace

from ballast.rebalance.acts import Launch, Try
from ballast.rebalance.refusals import after_refusals, next_try, set_back
from ballast.rebalance.shortages import Failure, remember
from ballast.records.rebalancing import Method, Shortage
from tests.ballast.rebalance.builders import GROUP, PROVIDER, a_group, a_snapshot, an_instance, minutes
from tests.builders import CLUSTER, NOW

ZONES = tuple(Try(GROUP, zone) for zone in "abc")
LAUNCH = Launch(PROVIDER, GROUP, 1, 3, "2 tasks have no room", Method.SCALE_OUT, ZONES, 0.2)
ICE = "InsufficientInstanceCapacity"


def refused(each: Try, known: tuple[Shortage, ...]) -> tuple[Shortage, ...]:
    failure = Failure(each.group, NOW, ICE, zone=each.zone)
    return (*known, *(act.shortage for act in remember([failure], known, CLUSTER)))


def test_the_next_zone_is_tried_in_the_same_invocation_and_calls_are_never_more_than_pools() -> None:
    """Timeline 7."""
    known: tuple[Shortage, ...] = ()
    tried: list[Try] = []
    while (each := next_try(LAUNCH, tried, known, NOW)) is not None:
        tried.append(each)
        known = refused(each, known)

    assert tuple(tried) == ZONES
    assert all(minutes(3) <= shortage.until - NOW <= minutes(10) for shortage in known)


def test_a_pool_that_is_known_to_be_short_is_not_asked() -> None:
    assert next_try(LAUNCH, [], refused(ZONES[0], ()), NOW) == ZONES[1]


def test_when_all_refuse_one_page_says_what_was_tried_and_not_again_for_four_hours() -> None:
    tried = [(each, ICE) for each in ZONES[:2]]
    (page,) = after_refusals(a_snapshot(), LAUNCH, tried, NOW)
    again = a_snapshot(told={page.key: NOW})  # type: ignore[union-attr] # a page

    assert page.line == (
        "tell on-call: 2 tasks have no room, and every pool refuses: "
        "web in a: InsufficientInstanceCapacity; web in b: InsufficientInstanceCapacity."
    )
    assert after_refusals(again, LAUNCH, tried, NOW + minutes(239)) == ()
    assert after_refusals(again, LAUNCH, tried, NOW + minutes(240)) != ()


def test_a_launch_for_a_saving_that_is_refused_pages_nobody_and_one_for_headroom_says_so() -> None:
    tried = [(each, ICE) for each in ZONES[:2]]
    (spare,) = after_refusals(a_snapshot(), replace(LAUNCH, spare=True), tried, NOW)

    assert after_refusals(a_snapshot(), replace(LAUNCH, method=Method.REPLACE), tried, NOW) == ()
    assert spare.key == f"no headroom {LAUNCH.provider}"  # type: ignore[union-attr] # a page


def test_the_group_that_failed_goes_back_to_what_it_has_and_never_below() -> None:
    three = [an_instance(n) for n in range(3)]
    act = set_back(a_group(*three, capacity={"desired": 5, "starting": frozenset({"i-9"})}))

    assert act is not None
    assert (act.desired, act.line) == (4, "set web back to 4, which it has")
    assert set_back(a_group(*three)) is None
    assert set_back(a_group(*three, capacity={"desired": 2})) is None


def test_a_minimum_above_what_it_has_is_no_reason_to_go_lower() -> None:
    act = set_back(a_group(an_instance(1), min_size=2, capacity={"desired": 4}))

    assert act is not None
    assert act.desired == 2
