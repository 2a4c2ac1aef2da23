"""Each invariant of drains can fail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.aws.codec import to_item
from ballast.records.disruption import Phase
from simulator.chaos.tidy import watch
from simulator.invariants import drains
from simulator.stage import Stage
from simulator.world.autoscaling.group_records import Hook
from tests.builders import a_voluntary
from tests.simulator.invariants.forbidden import Forbidden, Invariant, said_of_a_good_world, sentences, set_status


def given_back_for_somebody_else(stage: Stage) -> None:
    set_status(stage, "DRAINING", "somebody")
    set_status(stage, "ACTIVE", "ballast")


def two_at_once(stage: Stage) -> None:
    for instance in stage.instances("web")[:2]:
        set_status(stage, "DRAINING", "ballast", instance)


def one_where_another_never_came_back(stage: Stage) -> None:
    """Two instances have gone, and their group may not launch: the budget is theirs."""
    watch(stage)
    stage.world.suspend_processes("web", "Launch")
    for instance in stage.instances("web")[:2]:
        stage.world.terminate_instance(instance)
    stage.at(5, lambda: set_status(stage, "DRAINING", "ballast", stage.instances("web")[-1]))


def against_its_tag(stage: Stage) -> None:
    stage.world.note(drains.OPT_OUT, instance=stage.instances("web")[0])
    stage.at(4, lambda: set_status(stage, "DRAINING", "ballast"))


def the_only_host_that_may_run_it(stage: Stage) -> None:
    instance = stage.instances("web")[0]
    stage.world.put_attributes(instance, {"stack": "special"})
    stage.world.add_service("prod", "special", desired=1, member_of=["attribute:stack == special"])
    watch(stage)
    set_status(stage, "DRAINING", "ballast", instance)


def after_all_others_were_lost(stage: Stage, before_s: float) -> None:
    """So many seconds before the first one drains, whose service others may run."""
    watch(stage)
    first = stage.instances("web")[0]

    def lost() -> None:
        for instance in sorted(stage.world.clusters["prod"].by_ec2_id.keys() - {first}):
            stage.world.disconnect_agent(instance)

    stage.at(1, lost)
    stage.at(1 + before_s / 60, lambda: set_status(stage, "DRAINING", "ballast", first))


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (drains.no_foreign_drain_touched, given_back_for_somebody_else),
    (drains.no_instance_left_draining, lambda stage: set_status(stage, "DRAINING", "ballast")),
    (drains.no_voluntary_drain_beyond_the_budget, two_at_once),
    (drains.no_voluntary_drain_beyond_the_budget, one_where_another_never_came_back),
    (drains.no_voluntary_drain_against_an_opt_out, against_its_tag),
    (drains.no_voluntary_drain_of_what_fits_nowhere, the_only_host_that_may_run_it),
    (drains.no_voluntary_drain_of_what_fits_nowhere, lambda stage: after_all_others_were_lost(stage, 11)),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN, ids=lambda each: each.__name__)
def test_a_drain_that_may_not_be_is_missed(invariant: Invariant, forbidden: Forbidden) -> None:
    assert len(sentences(invariant, forbidden, DisruptionBudget="1")) == 1
    assert said_of_a_good_world() == []


def test_hosts_that_were_lost_since_the_look_are_no_fault_of_a_drain() -> None:
    """Chaos seed 60036: ECS lost sight of all agents a second before an update's drain."""
    judge = drains.no_voluntary_drain_of_what_fits_nowhere

    assert sentences(judge, lambda stage: after_all_others_were_lost(stage, 2), 2) == []


def drained_by_others_after_a_claim(stage: Stage, seconds: float) -> None:
    """ECS refused Ballast's own call, or the function died in it."""
    instance, tables = stage.instances("web")[0], stage.deployment.front_door.tables
    begun_at = stage.clock.utc - timedelta(seconds=seconds)
    claim = a_voluntary(instance_id=instance, phase=Phase.CLAIMED, begun_at=begun_at)
    item = to_item(claim, item=claim.item)
    tables.handle("PutItem", {"TableName": stage.deployment.stack.names.physical("Ledger"), "Item": item})
    given_back_for_somebody_else(stage)


@pytest.mark.parametrize(("seconds", "said"), [(40, 0), (200, 1)])
def test_whoever_drains_just_after_a_claim_cannot_be_told_from_ballast(seconds: float, said: int) -> None:
    """Chaos seed 60107: ECS refused the call, and somebody else's came before the next sweep."""
    judge = drains.no_foreign_drain_touched

    assert len(sentences(judge, lambda stage: drained_by_others_after_a_claim(stage, seconds))) == said


def test_a_disruption_that_nobody_ends_is_missed() -> None:
    assert sentences(drains.no_disruption_left_open, lambda stage: stage.world.warn_spot(stage.instances("web")[0]), 1)


def reused(stage: Stage) -> None:
    stage.world.put_warm_pool("web", state="Running", reuse_on_scale_in=True)
    stage.at(2, lambda: stage.world.scale_in("web"))


@pytest.mark.parametrize("invariant", [drains.no_disruption_left_open, drains.no_instance_left_draining])
def test_what_rests_in_the_warm_pool_is_not_missed(invariant: Invariant) -> None:
    assert sentences(invariant, reused, 12) == []


def held_by_somebody_else(stage: Stage) -> None:
    stage.world.groups.groups["web"].hooks["theirs"] = Hook("theirs", "CONTINUE", 7200)
    stage.at(2, lambda: stage.world.scale_in("web"))


@pytest.mark.parametrize("invariant", [drains.no_disruption_left_open, drains.no_instance_left_draining])
def test_what_ballast_has_let_go_and_somebody_else_holds_is_not_missed(invariant: Invariant) -> None:
    assert sentences(invariant, held_by_somebody_else, 30) == []


def ended_at_the_last_moment(stage: Stage) -> None:
    set_status(stage, "DRAINING", "ballast")
    stage.at(11.99, lambda: stage.world.terminate_instance(stage.instances("web")[0]))


def test_what_ends_as_the_world_does_is_not_missed() -> None:
    assert sentences(drains.no_instance_left_draining, ended_at_the_last_moment, 12) == []
    assert len(sentences(drains.no_instance_left_draining, ended_at_the_last_moment, 11)) == 1


def back_on_its_old_record(stage: Stage) -> None:
    """Out of the warm pool, and DRAINING until its agent is back; minutes later another one is drained."""
    watch(stage)
    member = stage.world.groups.member(set_status(stage, "DRAINING", "ballast"))
    assert member
    stage.world.groups.enter(member, "Pending:Wait")
    stage.at(5, lambda: set_status(stage, "DRAINING", "ballast", stage.instances("web")[-1]))


@pytest.mark.parametrize(("budget", "said"), [("1", 1), ("2", 0)])
def test_a_host_on_its_way_into_service_is_drained_or_missing_but_not_both(budget: str, said: int) -> None:
    invariant = drains.no_voluntary_drain_beyond_the_budget
    assert len(sentences(invariant, back_on_its_old_record, DisruptionBudget=budget)) == said


def beside_one_of_another_cluster(stage: Stage) -> None:
    """Of a group that another cluster shares one of theirs is out of service."""
    watch(stage)
    world, theirs = stage.world, stage.instances("web")[0]
    host = world.host(theirs)
    world.registry.deregister(host, actor="ecs")
    host.instance.cluster = world.cluster("unmanaged")
    world.registry.join(host.instance, host.instance.cluster, already_there=True)
    member = world.groups.member(theirs)
    assert member
    world.groups.enter(member, "ReplacingRootVolume:Wait")
    stage.at(5, lambda: set_status(stage, "DRAINING", "ballast", stage.instances("web")[-1]))


def test_what_another_cluster_lacks_of_a_group_that_both_have_is_not_missing_here() -> None:
    invariant = drains.no_voluntary_drain_beyond_the_budget
    assert sentences(invariant, beside_one_of_another_cluster, DisruptionBudget="1") == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    tried = {invariant for invariant, _ in FORBIDDEN} | {drains.no_disruption_left_open}
    assert tried == set(drains.DRAIN_INVARIANTS)
