"""Rebalancing by the real function: a fragmented fleet shrinks, and launches are asked for where they can be had."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.result import ledger_items
from simulator.stage import Stage
from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.core.records import Shape
from tests.scenarios.rebalanced import (
    LARGE,
    SMALL,
    Rebalanced,
    a_story,
    assisted,
    cluster_on,
    group_of,
    played,
    service_on,
)

MINUTE_S = 60.0


def story(build: Callable[[Stage], None], minutes: float, **parameters: str) -> Rebalanced:
    with Stage(a_story(build, minutes, **parameters), 1) as stage:
        return played(stage)


def fragmented(stage: Stage) -> None:
    """In each cluster three instances where one would do; in `scaled` ECS scales the group and protects what it needs."""
    cluster_on(stage)
    service_on(stage, dict.fromkeys(group_of(stage, 3), 1))
    cluster_on(stage, "scaled")
    ids = assisted(stage, 3, name="scaled", cluster="scaled")
    service_on(stage, dict.fromkeys(ids, 1), cluster="scaled", provider="scaled", placement=["binpack:cpu"])


def test_a_fragmented_fleet_shrinks_and_where_ecs_scales_it_one_at_a_time() -> None:
    """Timeline 1: a probe first; terminated with a decrement; ECS launches nothing for it."""
    done = story(fragmented, 32)

    assert (done.desired(), done.desired("scaled")) == (1, 1)
    assert len(done.gone("prod")) == len(done.gone("scaled")) == 2
    assert [item["cluster"]["S"] for item in ledger_items(done.stage) if item["item"]["S"] == "registered"] == [
        "prod",
        "scaled",
    ]
    first, second = done.moves("scaled", phase="draining")
    assert done.moves("scaled", phase="terminating", instance=first.data["instance"])[0].at_s < second.at_s
    assert not [fact for fact in done.facts("managed_scaling") if fact.data["new"] > fact.data["old"]]
    assert done.result.service_minimum_violations == 0
    assert not done.broken


def counted_against(stage: Stage) -> None:
    """ECS counts a DRAINING instance out at once, and so adds one for each that drains."""
    stage.world.readings.draining_leaves_at_once = True
    cluster_on(stage)
    ids = assisted(stage, 3)
    service_on(stage, dict.fromkeys(ids, 1), placement=["binpack:cpu"], stop_seconds=(400, 401))


def test_where_ecs_adds_one_for_an_instance_that_drains_it_is_undone_and_nothing_goes_there_any_more() -> None:
    """Timeline 4: ACTIVE again, one ticket."""
    done = story(counted_against, 40)

    assert len(done.moves(phase="draining")) == 1
    assert done.facts("container_instance_status", new="ACTIVE", actor="ballast")
    assert [n["severity"] for n in done.result.notices if n["code"] == "ProbeFailed"] == ["ticket"]
    assert not done.broken


def excluded(stage: Stage) -> None:
    """The smallest type of the group takes no task of 6 GiB, so that ECS never scales for it; what it launches does."""
    cluster_on(stage)
    tiny = Shape("m7g.medium", cpu=1024, memory_mib=3840)
    [busy] = assisted(stage, 1, maximum=3, mixed=MixedPolicy(types=(SMALL, tiny)))
    service_on(stage, {busy: 3})
    stage.at(2, lambda: _giant(stage))


def _giant(stage: Stage) -> None:
    stage.world.add_service("prod", "giant", desired=1, cpu=256, memory_mib=6000, capacity_providers=["web"])


def test_a_task_that_ecs_never_scales_for_has_its_group_raised_once_it_has_waited() -> None:
    """Timeline 5."""
    done = story(excluded, 18)

    [raised] = done.facts("desired_set", actor="ballast")
    assert (raised.data["old"], raised.data["new"], raised.at_s > 7 * MINUTE_S) == (1, 2, True)
    assert not done.facts("managed_scaling")
    assert not done.broken


ZONES = ("us-east-1a", "us-east-1b")


def short(stage: Stage, *, of_both: bool) -> None:
    """The zone without an instance, which is asked first, has none to give."""
    cluster_on(stage, launch_instances="on")
    [full] = group_of(stage, 1, zones=ZONES, maximum=3)
    service_on(stage, {full: 4})
    for zone in ZONES:
        if of_both or zone != stage.world.ec2.instances[full].zone:
            stage.world.run_short(zone=zone)
    stage.at(3, lambda: stage.world.scale_service("prod", "api", 6))


def calls_of(done: Rebalanced) -> list[str | None]:
    return [c.invocation for c in done.stage.deployment.calls if c.operation == "LaunchInstances"]


def test_a_zone_that_is_short_is_put_aside_and_the_other_asked_in_the_same_run() -> None:
    """Timeline 7."""
    done = story(lambda stage: short(stage, of_both=False), 8)

    first, second = calls_of(done)
    assert first == second
    assert [fact.data["launched"] for fact in done.facts("launched_by_call")] == [0, 1]
    assert not done.pages()
    assert not done.broken


def test_where_every_zone_is_short_there_is_one_page_and_no_more_calls_than_zones() -> None:
    done = story(lambda stage: short(stage, of_both=True), 5.5)

    assert len(calls_of(done)) == len(ZONES)
    [page] = [notice for notice in done.result.notices if notice["severity"] == "page"]
    assert page["code"] == "NoCapacity"


def overtaken(stage: Stage) -> None:
    """What was launched for the large one joins; by then its service is deployed anew."""
    cluster_on(stage)
    [large] = group_of(stage, 1, shape=LARGE, maximum=3)
    service_on(stage, {large: 3}, start_seconds=(500, 501))
    stage.world.groups.groups["web"].shape = SMALL

    def once_launched() -> None:
        if stage.world.groups.groups["web"].desired > 1:
            stage.world.deploy("prod", "api")
        else:
            stage.clock.after(5, once_launched)

    stage.at(0, once_launched)


def test_a_deployment_that_begins_before_the_cheaper_one_has_joined_keeps_the_old_one() -> None:
    """Timeline 8: no drain; what was launched is not given back within its rest."""
    done = story(overtaken, 20)

    assert done.facts("desired_set", actor="ballast", old=1, new=2)
    assert not done.drained()
    assert done.desired() == 2
    assert [n["code"] for n in done.result.notices].count("GiveBackDropped") == 1


def protected_for_its_daemon(stage: Stage) -> None:
    cluster_on(stage)
    ids = assisted(stage, 3)
    stage.world.add_service("prod", "agent", daemon=True, cpu=64, memory_mib=64)
    service_on(stage, dict.fromkeys(ids[:2], 3))
    stage.world.age_group("web")


def test_an_instance_that_is_protected_for_nothing_but_its_daemon_goes() -> None:
    """Timeline 14, containers-roadmap #2814."""
    done = story(protected_for_its_daemon, 45)

    assert done.desired() == 2
    assert not done.broken


def in_need(stage: Stage) -> None:
    """Half empty ones, and tasks without room."""
    cluster_on(stage)
    service_on(stage, dict.fromkeys(group_of(stage, 3), 1))
    cluster_on(stage, "full")
    [full] = group_of(stage, 1, name="full", cluster="full", maximum=3)
    service_on(stage, {full: 4}, cluster="full", provider="full")
    stage.at(3, lambda: stage.world.scale_service("full", "api", 6))


@pytest.mark.parametrize("parameters", [{"DryRun": "true"}, {"RebalanceRights": "report"}])
def test_where_it_only_reports_nothing_is_changed_and_a_message_says_what_would_be(
    parameters: dict[str, str],
) -> None:
    """In dry run each round plans the same; without the right to do it the tag asks in vain, which is a ticket."""
    done = story(in_need, 14, **parameters)

    changed = {"UpdateContainerInstancesState", "SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup"}
    assert not changed & {call.operation for call in done.stage.deployment.calls}
    notices = [put.event["detail"] for put in done.stage.deployment.bus.events if put.event["source"] == "ballast"]
    [report] = [n for n in notices if n.get("code") == "RebalanceReport"]  # nothing was amiss in the other one then
    assert report["cluster"] == "prod"
    assert [line for line in report["plan"] if line.startswith("would give back")]
    tickets = [n["cluster"] for n in done.result.notices if n["code"] == "PolicyUnreadable"]
    assert sorted(tickets) == ([] if "DryRun" in parameters else ["full", "prod"])
    assert not done.broken
