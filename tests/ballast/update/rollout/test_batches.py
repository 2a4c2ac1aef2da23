"""Who drains together, who waits for whom, and how a wave goes on when something holds an instance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.fleet import Fleet, Host
from ballast.plans.actions import Claim, StartDraining
from ballast.plans.plan import Plan
from ballast.policy.updates import Strategy, UpdatePolicy
from ballast.records.rollout import InstanceUpdate, Rollout, Stage
from ballast.update.plan import plan_update
from ballast.update.rollout.batches import choose_batch, is_out, staged
from tests.ballast.update.rollouts import a_drain, a_fleet, a_host, a_rollout, an_update, documents, kept
from tests.builders import NOW, a_container_instance, a_policy, a_standalone_task, a_task, after

POLICY = a_policy(budget="2", updates=UpdatePolicy(strategy=Strategy.IN_PLACE, waves=(50, 100)))
NEIGHBOURS = tuple(a_container_instance(number) for number in range(1, 9))


def a_staged_host(number: int, *, since: float = 0, tasks: tuple[Any, ...] = (), **changes: Any) -> Host:
    """Looked up with its tasks and neighbours; without tasks unless said."""
    neighbours = tuple(n for n in NEIGHBOURS if n.instance_id != f"i-{number:017x}")
    looked_up = {"tasks": tasks, "neighbours": neighbours, "capacity": (), **changes.pop("view", {})}
    update = an_update(number, since=after(since))
    fleet = a_fleet(*(a_host(n) for n in range(1, 9)), policy=POLICY)
    return a_host(number, cluster=fleet.cluster, update=update, view=looked_up, **changes)


def a_fleet_of_eight(*hosts: Host) -> Fleet:
    """The hosts given, and untouched ones up to eight."""
    given = {host.id: host for host in hosts}
    others = (a_host(number) for number in range(1, 9))
    return a_fleet(*(given.get(host.id, host) for host in others), policy=POLICY)


def held(number: int, *, since: float = 0) -> Host:
    """It runs a protected task."""
    return a_staged_host(number, since=since, tasks=(a_task("p", protected_until=after(600)),))


def out(number: int, stage: Stage = Stage.DRAINING, *, since: float = 0) -> Host:
    return a_host(number, update=an_update(number, stage=stage, since=after(since)), disruption=a_drain())


def step(fleet: Fleet, rollout: Rollout, minutes: float) -> Plan:
    return plan_update(fleet, rollout, after(minutes))[0]


def drained(plan: Plan) -> list[str]:
    return [a.container_instance_arn for a in plan.actions if isinstance(a, StartDraining)]


def test_a_batch_is_as_large_as_the_budget_and_as_the_wave_allow() -> None:
    fleet = a_fleet_of_eight(*(a_staged_host(number) for number in (1, 2, 3)))

    assert [h.id for h in choose_batch(fleet, 8, NOW).hosts] == [f"i-{n:017x}" for n in (1, 2)]
    assert len(choose_batch(fleet, 1, NOW).hosts) == 1
    assert choose_batch(fleet, 0, NOW).hosts == ()


def test_what_others_have_out_of_service_takes_the_budget() -> None:
    fleet = a_fleet_of_eight(a_staged_host(1), a_staged_host(2))

    assert len(choose_batch(replace(fleet, in_flight=frozenset({"i-8"})), 8, NOW).hosts) == 1
    both = choose_batch(replace(fleet, in_flight=frozenset({"i-7", "i-8"})), 8, NOW)
    assert both.hosts == ()
    assert both.waits == (
        "2 instances are out of service (disrupted by Ballast: i-7, i-8) and the disruption budget is 2"
    )


def test_the_next_batch_waits_for_the_last_but_not_for_one_that_drains_for_long() -> None:
    fleet = a_fleet_of_eight(a_staged_host(1), out(2))

    assert choose_batch(fleet, 8, after(4)).waits == f"the last batch is not back yet: {out(2).id} (draining)"
    assert len(choose_batch(fleet, 8, after(5)).hosts) == 1


@pytest.mark.parametrize(
    ("stage", "waited_for"),
    [(Stage.REBOOTING, True), (Stage.STAGED, False), (Stage.REPLACING, False), (Stage.DONE, False)],
)
def test_a_reboot_is_waited_for_and_what_serves_is_not(stage: Stage, *, waited_for: bool) -> None:
    assert is_out(out(1, stage), after(60)) is waited_for


def test_an_instance_with_a_standalone_task_goes_last() -> None:
    fleet = a_fleet_of_eight(a_staged_host(1, tasks=(a_standalone_task(),)), a_staged_host(2, tasks=(a_task(),)))

    assert [h.id for h in staged(fleet)] == [f"i-{n:017x}" for n in (2, 1)]


def test_a_batch_is_claimed_with_its_drain_before_it_drains() -> None:
    found = step(a_fleet_of_eight(a_staged_host(1), a_staged_host(2)), a_rollout(wave=1), 1)

    assert len(drained(found)) == 2
    updates = [a.after for a in found.actions if isinstance(a, Claim) and isinstance(a.after, InstanceUpdate)]
    assert [(u.stage, u.wave) for u in updates if u.stage is Stage.DRAINING] == [(Stage.DRAINING, 1)] * 2


def test_a_canary_that_something_holds_is_passed_over_after_five_minutes() -> None:
    fleet = a_fleet_of_eight(held(1))

    assert documents(step(fleet, a_rollout(), 4)) == []
    assert len(documents(step(fleet, a_rollout(), 5))) == 1


def test_once_another_canary_is_done_the_wave_ends_without_the_one_that_is_held() -> None:
    done = a_host(2, update=an_update(2, stage=Stage.DONE))

    baking = kept(step(a_fleet_of_eight(held(1), done), a_rollout(), 30))

    assert (baking.wave, baking.wave_done_at) == (0, after(30))


def test_an_instance_that_is_held_for_twice_the_deadline_is_left_out() -> None:
    found = step(a_fleet_of_eight(held(1)), a_rollout(), 120)

    excluded = [a.after for a in found.actions if isinstance(a, Claim) and isinstance(a.after, InstanceUpdate)]
    assert Stage.EXCLUDED in [update.then for update in excluded]


def test_a_wave_whose_only_instance_leaves_during_its_bake_goes_on() -> None:
    baking = a_rollout(wave_done_at=NOW)

    early = step(a_fleet_of_eight(), baking, 30)
    late = step(a_fleet_of_eight(), baking, 60)

    assert (documents(early), kept(early).wave) == ([], 0)
    assert kept_rollout(late).wave == 1


def test_nothing_drains_during_a_bake_whose_canary_has_left() -> None:
    assert drained(step(a_fleet_of_eight(a_staged_host(2)), a_rollout(wave_done_at=NOW), 30)) == []


def test_the_next_wave_is_staged_in_the_last_minutes_of_the_bake_and_drains_after_it() -> None:
    baking = a_rollout(wave_done_at=NOW)
    fleet = a_fleet_of_eight(a_host(1, update=an_update(1, stage=Stage.DONE)))

    assert documents(step(fleet, baking, 56)) == []
    assert documents(step(fleet, baking, 57)) != []
    ready = a_fleet_of_eight(a_host(1, update=an_update(1, stage=Stage.DONE)), a_staged_host(2))
    assert drained(step(ready, baking, 59)) == []
    assert len(drained(step(ready, baking, 60))) == 1


def kept_rollout(plan: Plan) -> Rollout:
    return next(a.after for a in plan.actions if isinstance(a, Claim) and isinstance(a.after, Rollout))
