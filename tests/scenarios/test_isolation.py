"""One bad thing takes nothing else down: a group, a cluster, an event or a plan that is in trouble stands alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import pytest

from simulator.stage import MANAGED, Stage
from simulator.world.autoscaling.group_records import Hook
from tests.builders import load_event
from tests.scenarios.stages import Played, a_scenario, play

TROUBLED = "GroupUnreachable"
WELL_AGAIN = "GroupReachable"


def two_groups(stage: Stage, *, second: str = "batch", hosts: int = 2) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=3, capacity_provider="web")
    world.add_group(second, "prod", desired=hosts, capacity_provider="batch")
    world.add_service("prod", "api", desired=6, stop_seconds=(20, 40))


def told(played: Played, code: str) -> list[dict[str, Any]]:
    return [n for n in played.result.notices if n["code"] == code]


def test_the_groups_beside_a_deleted_one_get_their_hook() -> None:
    """D5: the group of a capacity provider was deleted; every sweep of the cluster failed, silently."""

    def build(stage: Stage) -> None:
        two_groups(stage, hosts=0)
        stage.world.delete_group("batch")
        stage.at(10, lambda: stage.world.scale_in("web"))

    played = play(a_scenario(build, minutes=25))

    assert played.facts("lifecycle_hook_put", actor="ballast", group="web")
    assert played.result.tasks_interrupted == 0
    assert played.result.hooks_completed == 1
    [ticket] = told(played, TROUBLED)
    assert (ticket["severity"], "batch" in ticket["what"]) == ("ticket", True)
    assert not played.broken


@pytest.mark.parametrize("how", ["denied", "throttled"])
def test_a_group_that_cannot_be_asked_is_told_once_and_again_when_it_can(how: Literal["denied", "throttled"]) -> None:
    def build(stage: Stage) -> None:
        two_groups(stage)
        stage.world.refuse_group("batch", how)
        stage.at(10, lambda: stage.world.scale_in("web"))
        stage.at(20, lambda: stage.world.allow_group("batch"))

    played = play(a_scenario(build, minutes=45))

    assert played.facts("lifecycle_hook_put", actor="ballast", group="web")
    assert played.facts("lifecycle_hook_put", actor="ballast", group="batch")
    assert played.result.tasks_interrupted == 0
    [ticket], [closed] = told(played, TROUBLED), told(played, WELL_AGAIN)
    assert ticket["at"] < closed["at"] < 24 * 60
    assert ticket["incident"] == closed["incident"]


def test_a_group_may_have_a_slash_in_its_name() -> None:
    def build(stage: Stage) -> None:
        two_groups(stage, second="team/batch")
        stage.at(10, lambda: stage.world.scale_in("team/batch"))

    played = play(a_scenario(build, minutes=25))

    assert played.facts("lifecycle_hook_put", actor="ballast", group="team/batch")
    assert played.result.tasks_interrupted == 0
    assert played.result.hooks_completed == 1
    assert not told(played, TROUBLED)


@pytest.mark.parametrize("operation", ["DescribeCapacityProviders", "ListServices", "ListContainerInstances"])
def test_a_cluster_that_cannot_be_asked_stops_no_other(operation: str) -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        for name in ("dev", "prod"):
            world.add_cluster(name, MANAGED)
            world.add_group(f"{name}-web", name, desired=3, capacity_provider=f"{name}-web")
            world.add_service(name, "api", desired=6)
        world.refuse("dev", operations=(operation,))
        stage.at(10, lambda: world.scale_in("prod-web"))

    played = play(a_scenario(build, minutes=25))

    assert played.facts("lifecycle_hook_put", actor="ballast", group="prod-web")
    assert played.result.tasks_interrupted == 0
    [ticket] = told(played, "ClusterUnreachable")
    assert (ticket["cluster"], ticket["severity"]) == ("dev", "ticket")


def of_an_unknown_group(stage: Stage, instance_id: str) -> str:
    event = load_event("asg_terminate_lifecycle_action_ballast_drain")
    detail = event["detail"] | {"EC2InstanceId": instance_id, "AutoScalingGroupName": "nobody-knows-it"}
    return json.dumps(event | {"detail": detail, "time": stage.world.clock.utc.isoformat()})


def of_the_year_9999(stage: Stage, instance_id: str) -> str:
    event = load_event("health_ec2_scheduled_change_retirement")
    detail = event["detail"] | {
        "startTime": "Fri, 31 Dec 9999 23:59:59 GMT",
        "affectedEntities": [{"entityValue": instance_id}],
    }
    return json.dumps(event | {"detail": detail, "time": stage.world.clock.utc.isoformat()})


@pytest.mark.parametrize("bad", [of_an_unknown_group, of_the_year_9999])
def test_an_odd_event_takes_no_spot_warning_of_its_batch_down(bad: Callable[[Stage, str], str]) -> None:
    def build(stage: Stage) -> None:
        two_groups(stage)
        odd, going, *_ = stage.instances("web")
        queue = stage.deployment.queues["DrainEvents"]
        stage.at(5, lambda: queue.send(bad(stage, odd)))
        stage.at(5, lambda: stage.world.warn_spot(going))

    played = play(a_scenario(build, minutes=12))

    assert next(n["at"] for n in told(played, "SpotInterruption")) < 5 * 60 + 10
    assert played.result.dead_letters == (bad is of_the_year_9999)


def test_a_hook_that_is_put_while_the_bus_takes_nothing_is_told_once_it_does() -> None:
    """The put was not repeated, as the group had its hook, and so nobody was ever told."""

    def build(stage: Stage) -> None:
        two_groups(stage)
        stage.world.refuse_calls("events", "PutEvents", for_s=200)

    played = play(a_scenario(build, minutes=12))

    assert {f.data["group"] for f in played.facts("lifecycle_hook_put", actor="ballast")} == {"web", "batch"}
    assert len(played.facts("lifecycle_hook_put", actor="ballast")) == 2
    assert [n["code"] for n in played.result.notices] == ["LifecycleHookPut"] * 2
    assert all(n["at"] > 200 for n in played.result.notices)


def test_a_group_that_its_operator_alone_may_change_is_left_alone_and_told_once() -> None:
    def build(stage: Stage) -> None:
        two_groups(stage)
        stage.world.groups.groups["batch"].operator = "batch.amazonaws.com"

    played = play(a_scenario(build, minutes=45))

    assert played.facts("lifecycle_hook_put", actor="ballast", group="web")
    assert not played.facts("lifecycle_hook_put", group="batch")
    [ticket] = told(played, "GroupOperated")
    assert "batch.amazonaws.com" in ticket["what"]
    assert not told(played, TROUBLED)
    assert not played.broken


def test_what_is_forced_in_a_group_with_an_operator_drains_and_nothing_in_the_group_is_changed() -> None:
    """Its operator has put a hook under our name: instances that it terminates are held, drained and let go."""
    going: list[str] = []

    def build(stage: Stage) -> None:
        two_groups(stage, hosts=3)
        world, batch = stage.world, stage.world.groups.groups["batch"]
        batch.operator, batch.hooks["ballast-drain"] = "batch.amazonaws.com", Hook("ballast-drain")
        going.extend(stage.instances("batch")[:2])
        stage.at(4, lambda: world.warn_spot(going[0]))
        stage.at(8, lambda: world.scale_in("batch", going[1]))

    played = play(a_scenario(build, minutes=15))

    drained = played.facts("container_instance_status", new="DRAINING", actor="ballast")
    assert {f.data["instance"] for f in drained} == set(going)
    assert [f.data["instance"] for f in played.facts("hook_completed", actor="ballast")] == [going[1]]
    asked = [f.data for f in played.facts("asked", service="autoscaling", actor="ballast")]
    concerned = {a["operation"] for a in asked if a["params"].get("AutoScalingGroupName") != "web"}
    assert concerned <= {"CompleteLifecycleAction", "RecordLifecycleActionHeartbeat"}
    assert not played.broken
