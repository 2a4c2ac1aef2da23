"""What ECS says of a container instance's health, from the agent's going to its coming back."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, ecs, heard_by, instances_of

MINUTE = 60.0


def health(world: World, instance_id: str) -> dict[str, Any]:
    [shown] = ecs(
        world,
        "DescribeContainerInstances",
        containerInstances=[world.host(instance_id).arn],
        include=["CONTAINER_INSTANCE_HEALTH"],
    )["containerInstances"]
    return dict(shown["healthStatus"])


def check(world: World, instance_id: str, kind: str) -> dict[str, Any]:
    return next(dict(each) for each in health(world, instance_id)["details"] if each["type"] == kind)


def told(events: list[dict[str, Any]]) -> list[str]:
    return [e["detail"]["overallStatus"] for e in events if e["detail-type"] == "ECS Container Instance Health Change"]


def test_health_is_shown_only_to_those_who_ask() -> None:
    world = a_fleet(1)
    [arn] = world.clusters[CLUSTER].container_instances

    [shown] = ecs(world, "DescribeContainerInstances", containerInstances=[arn])["containerInstances"]

    assert "healthStatus" not in shown


@pytest.mark.parametrize(("late", "minutes"), [(False, 5), (True, 15)])
def test_an_agent_is_impaired_once_it_has_been_away_for_as_long_as_the_reading_says(
    *, late: bool, minutes: int
) -> None:
    world = a_fleet()
    world.readings.agent_impaired_late = late
    ill = instances_of(world)[0]
    world.clock.run_until(10 * MINUTE)
    world.disconnect_agent(ill)

    world.clock.run_until((10 + minutes) * MINUTE - 1)
    assert check(world, ill, "AGENT_CONNECTIVITY")["status"] == "OK"
    world.clock.run_until((10 + minutes) * MINUTE)

    agent = check(world, ill, "AGENT_CONNECTIVITY")
    assert (health(world, ill)["overallStatus"], agent["status"]) == ("IMPAIRED", "IMPAIRED")
    assert agent["statusReason"] == f"Agent disconnected since {world.iso(10 * MINUTE)[:19]}Z"
    assert agent["lastStatusChange"] == world.moment((10 + minutes) * MINUTE)
    world.reconnect_agent(ill)
    assert check(world, ill, "AGENT_CONNECTIVITY")["lastStatusChange"] == world.moment((10 + minutes) * MINUTE)
    assert health(world, ill)["overallStatus"] == "OK"


def test_a_blip_changes_no_health_and_sends_no_event() -> None:
    world = a_fleet()
    world.tell_health(agent_after_s=300)
    events, ill = heard_by(world), instances_of(world)[0]
    since = check(world, ill, "AGENT_CONNECTIVITY")["lastStatusChange"]

    world.disconnect_agent(ill, 4 * MINUTE)
    world.clock.run_until(20 * MINUTE)

    assert (told(events), check(world, ill, "AGENT_CONNECTIVITY")["lastStatusChange"]) == ([], since)


def test_events_tell_of_an_agent_lost_and_back_again() -> None:
    world = a_fleet()
    world.tell_health(agent_after_s=900)
    events, ill = heard_by(world), instances_of(world)[0]

    world.disconnect_agent(ill, 20 * MINUTE)
    world.clock.run_until(30 * MINUTE)

    assert told(events) == ["IMPAIRED", "OK"]
    [first, _] = [e for e in events if e["detail-type"] == "ECS Container Instance Health Change"]
    assert first["detail"]["ec2InstanceId"] == ill
    assert [c["type"] for c in first["detail"]["healthChecks"]] == ["CONTAINER_RUNTIME", "AGENT_CONNECTIVITY"]


def test_without_being_asked_ecs_sends_no_health_events() -> None:
    world = a_fleet()
    events = heard_by(world)

    world.disconnect_agent(instances_of(world)[0])
    world.clock.run_until(30 * MINUTE)

    assert told(events) == []
