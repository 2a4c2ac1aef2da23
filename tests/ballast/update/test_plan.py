"""Which step follows from where a rollout and its instances stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.facts.fleet import Fleet
from ballast.facts.refresh import Refresh
from ballast.plans.plan import Plan
from ballast.policy.policy import Policy
from ballast.policy.updates import OnHalt
from ballast.records.disruption import Reason
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.update.plan import plan_update
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_drain,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_rollout,
    an_update,
    kept,
    told,
)
from tests.builders import NOW, after

HALTED = a_rollout(state=RolloutState.HALTED, halted_reason="x", total=1)


def step(fleet: Fleet, rollout: Rollout | None) -> Plan:
    return plan_update(fleet, rollout, after(10))[0]


def test_each_instance_that_is_under_way_or_lost_has_a_plan_of_its_own_and_what_is_settled_has_none() -> None:
    fleet = a_fleet(
        a_host(1, update=an_update(1)),
        a_host(2, update=an_update(2, stage=Stage.DONE)),
        a_host(3),
        lost=(an_update(4, stage=Stage.DONE),),
    )

    assert [plan.reason for plan in plan_update(fleet, a_rollout(), after(1))[1:]] == [
        "staged, and waits for its batch",
        "gone",
    ]


def test_a_refresh_of_an_earlier_phase_is_stopped_before_anything_else() -> None:
    halted = replace(HALTED, strategy="replace", refreshing="web", refresh_asked_at=after(1))

    found = step(a_fleet(refreshes=(Refresh("web", "r-1", "InProgress", after(1)),)), halted)

    assert found.reason == "the refresh of web goes no further"
    assert kept(found).refreshing is None


@pytest.mark.parametrize("strategy", ["in-place", "replace"])
def test_a_rollout_moves_by_the_strategy_that_it_began_with(strategy: str) -> None:
    fleet = a_fleet(a_host(), policy=a_policy_of_updates())

    found = step(fleet, a_rollout(strategy=strategy))

    assert (found.reason.startswith("every group has been seen to")) is (strategy == "replace")


def test_a_halted_rollout_counts_what_was_in_flight_and_then_says_no_more() -> None:
    fleet = a_fleet(a_host(update=an_update(stage=Stage.DONE)))

    counted = step(fleet, HALTED)

    assert (kept(counted).on_target, told(counted)) == (1, [])
    assert step(fleet, kept(counted)).actions == ()


@pytest.mark.parametrize(
    ("changes", "policy"),
    [
        ({"bad_version": "1.65.0"}, a_policy_of_updates(on_halt=OnHalt.ROLLBACK)),
        ({"on_target": 0}, a_policy_of_updates(on_halt=OnHalt.ROLLBACK)),
        ({}, a_policy_of_updates(on_halt=OnHalt.WAIT)),
        ({}, replace(a_policy_of_updates(), updates=Policy().updates)),
    ],
    ids=["it is a rollback itself", "nobody was updated", "people decide", "updates are off"],
)
def test_a_halt_is_not_rolled_back_by_itself(changes: dict[str, object], policy: Policy) -> None:
    halted = replace(HALTED, **({"on_target": 1} | changes))  # type: ignore[arg-type]

    assert "BottlerocketRollback" not in told(step(a_fleet(a_host(version=AFTER), policy=policy), halted))


def test_where_nothing_was_planned_and_nothing_is_wanted_nothing_is_done() -> None:
    assert step(a_fleet(a_host(version=AFTER)), None).actions == ()


@pytest.mark.parametrize("rollout", [None, a_rollout(target="1.65.0"), replace(HALTED, target=AFTER)])
@pytest.mark.parametrize("stage", [Stage.CHECKING, Stage.STAGING, Stage.STAGED])
def test_an_instance_whose_rollout_is_gone_another_or_halted_is_taken_back(
    rollout: Rollout | None, stage: Stage
) -> None:
    _, of_host = plan_update(a_fleet(a_host(update=an_update(stage=stage)), policy=Policy()), rollout, after(1))

    assert (kept(of_host).stage, kept(of_host).then) == (Stage.UNSTAGING, None)


def test_a_drain_that_outlived_the_function_which_began_it_is_taken_up_again() -> None:
    drain = a_drain(started_at=after(3))

    _, of_host = plan_update(
        a_fleet(a_host(update=an_update(), disruption=drain), policy=Policy()), a_rollout(), after(9)
    )

    assert (kept(of_host).stage, kept(of_host).since) == (Stage.DRAINING, after(3))


@pytest.mark.parametrize("reason", [r for r in Reason if r is not Reason.BOTTLEROCKET_UPDATE])
def test_a_staged_instance_that_something_else_takes_is_unstaged(reason: Reason) -> None:
    host = a_host(update=an_update(), disruption=a_drain(reason=reason))

    _, of_host = plan_update(a_fleet(host, policy=Policy()), a_rollout(), after(9))

    assert kept(of_host).stage is Stage.UNSTAGING


@pytest.mark.parametrize(
    ("stage", "harmed", "failed"),
    [(Stage.REPLACING, True, True), (Stage.UNSTAGING, True, True), (Stage.REBOOTING, False, False)],
)
def test_an_instance_that_left_counts_as_failed_only_if_its_update_cost_it(
    stage: Stage, *, harmed: bool, failed: bool
) -> None:
    lost = an_update(stage=stage, harmed=harmed, retry_at=after(99), missing_since=NOW)

    _, *_, of_lost = plan_update(a_fleet(lost=(lost,), policy=Policy()), a_rollout(), after(1))

    after_it = kept(of_lost)
    assert (after_it is not None and after_it.failed and after_it.retry_at is None) is failed


def test_one_list_without_an_instance_is_only_remembered() -> None:
    once = an_update(stage=Stage.REPLACING, harmed=True)

    _, first = plan_update(a_fleet(lost=(once,), policy=Policy()), a_rollout(), NOW)
    seen = kept(first)
    _, soon = plan_update(a_fleet(lost=(seen,), policy=Policy()), a_rollout(), after(0.5))

    assert seen.missing_since == NOW
    assert soon.actions == ()


def test_a_list_that_has_it_again_forgets_that() -> None:
    host = a_host(update=an_update(stage=Stage.REBOOTING, missing_since=NOW))

    _, of_host = plan_update(a_fleet(host, policy=Policy()), a_rollout(), after(1))

    assert kept(of_host).missing_since is None


def test_a_rollback_in_place_takes_an_updated_instance_up_again() -> None:
    back = a_rollout(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)
    done = an_update(stage=Stage.DONE)

    begun = kept(step(a_fleet(a_host(version=AFTER, update=done)), back))

    assert (begun.stage, begun.target, begun.began_from) == (Stage.CHECKING, BEFORE, AFTER)
