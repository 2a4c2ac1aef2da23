"""A launch is tried pool by pool: the memory of the part that grows is claimed once, the moves that wait with the first."""

from __future__ import annotations

from dataclasses import replace

from ballast.plans.actions import Claim, Record
from ballast.plans.capacity_actions import RaiseDesired
from ballast.plans.rebalance_actions import LaunchInstances
from ballast.rebalance.acts import Launch, Try
from ballast.rebalance.launching import Refused, failures_of, given_up, plan_launch
from ballast.rebalance.shortages import Failure
from ballast.rebalance.steps import Held
from ballast.records.rebalancing import Method, ProviderMemory
from tests.ballast.rebalance.builders import PROVIDER, a_move, a_snapshot, an_instance
from tests.builders import CLUSTER, NOW

INSTANCE = an_instance(1)
SNAPSHOT = a_snapshot(INSTANCE, group={"max_size": 4})
MOVE = a_move(INSTANCE)
LAUNCH = Launch(PROVIDER, "web", 2, 1, "2 tasks have no room", Method.SCALE_OUT, (Try("web"),), 0.4, (MOVE,))
NOTHING = Held({}, {}, {})
CLAIMED = Claim(ProviderMemory(CLUSTER, PROVIDER, scaled_out_at=NOW, revision=1))


def test_a_raised_group_is_claimed_with_the_moves_that_wait_for_it() -> None:
    plan = plan_launch(SNAPSHOT, LAUNCH, Try("web"), NOTHING, NOW, left=2)

    assert plan.actions == (CLAIMED, Claim(MOVE), RaiseDesired("web", 1, 2))


def test_the_memory_that_stands_is_followed() -> None:
    known = ProviderMemory(CLUSTER, PROVIDER, clean_moves=2, revision=5)
    claim, *_ = plan_launch(
        SNAPSHOT, LAUNCH, Try("web"), replace(NOTHING, memories={PROVIDER: known}), NOW, left=2
    ).actions

    assert claim == Claim(replace(known, scaled_out_at=NOW, revision=6), known)


def test_the_next_zone_of_the_same_group_claims_nothing_again() -> None:
    first, second = Try("web", "a"), Try("web", "b")
    *_, called = plan_launch(SNAPSHOT, LAUNCH, first, NOTHING, NOW, left=2).actions
    [again] = plan_launch(SNAPSHOT, LAUNCH, second, NOTHING, NOW, before=[first], left=1).actions

    assert isinstance(called, LaunchInstances)
    assert isinstance(again, LaunchInstances)
    assert (again.zone, again.add) == ("b", 1)
    assert again.token != called.token
    assert len(again.token) <= 64


def test_another_group_is_claimed_by_itself() -> None:
    claims = plan_launch(SNAPSHOT, LAUNCH, Try("web"), NOTHING, NOW, before=[Try("other")], left=2).actions

    assert claims == (CLAIMED, RaiseDesired("web", 1, 2))


def test_no_group_is_raised_beyond_its_maximum_and_one_that_was_not_read_is_left_alone() -> None:
    full = a_snapshot(INSTANCE, group={"max_size": 1})

    assert plan_launch(SNAPSHOT, LAUNCH, Try("web"), NOTHING, NOW, left=9).actions[-1] == RaiseDesired("web", 1, 3)
    assert plan_launch(full, LAUNCH, Try("web"), NOTHING, NOW, left=2).actions == ()
    assert plan_launch(SNAPSHOT, LAUNCH, Try("gone"), NOTHING, NOW, left=2).actions == ()


def test_moves_that_waited_in_vain_end_and_what_failed_is_gathered() -> None:
    failure = Failure("web", NOW, "InsufficientInstanceCapacity")

    assert [plan.actions for plan in given_up([MOVE])] == [(Record(MOVE, None),)]
    assert failures_of([Refused("web", "a", 1, (failure,)), Refused("web", "b", 0, ())]) == [failure]
