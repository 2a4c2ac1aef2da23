from __future__ import annotations

from datetime import timedelta

from tests.simulator.world.builders import CLUSTER, a_fleet, facts, heard_by, instances_of


def test_an_event_is_a_whole_envelope() -> None:
    world = a_fleet()
    events = heard_by(world)
    first = instances_of(world)[0]
    world.clock.run_until(61.5)

    world.recommend_rebalance(first)

    event = events[0]
    assert len(event.pop("id")) == 36
    assert event == {
        "version": "0",
        "detail-type": "EC2 Instance Rebalance Recommendation",
        "source": "aws.ec2",
        "account": "123456789012",
        "time": "2026-11-23T09:01:01Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:ec2:us-east-1:123456789012:instance/{first}"],
        "detail": {"instance-id": first},
    }


def test_every_event_has_its_own_id() -> None:
    world = a_fleet(desired=2)
    events = heard_by(world)

    for instance_id in instances_of(world):
        world.warn_spot(instance_id)
    world.clock.run_until(600)

    assert len({event["id"] for event in events}) == len(events) > 10


def test_a_retirement_is_announced_by_health_and_stops_the_instance_on_its_date() -> None:
    world = a_fleet(desired=2)
    events = heard_by(world)
    first, second = instances_of(world)
    starts_at = world.clock.utc + timedelta(days=10)

    world.schedule_retirement([first, second], starts_at)
    world.terminate_instance(second)
    world.clock.run_until(10 * 86400 + 60)

    event, detail = events[0], events[0]["detail"]
    assert "resources" not in event
    assert (detail["service"], detail["eventTypeCategory"], detail["backupEvent"]) == (
        "EC2",
        "scheduledChange",
        "false",
    )
    assert detail["eventTypeCode"] == "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED"
    assert detail["startTime"] == "Thu, 03 Dec 2026 09:00:00 GMT"
    assert [entity["entityValue"] for entity in detail["affectedEntities"]] == [
        f"arn:aws:ec2:us-east-1:123456789012:instance/{instance_id}" for instance_id in (first, second)
    ]
    stopped = facts(world, "instance_state", state="stopping")
    assert [(fact.data["instance"], fact.data["cause"], fact.at_s) for fact in stopped] == [
        (first, "retirement", 864_000)
    ]


def test_ec2_announces_every_state_of_an_instance() -> None:
    world = a_fleet(desired=1)
    events = heard_by(world)
    world.set_desired("web", 2)
    world.clock.run_until(130)
    newest = instances_of(world)[1]

    world.terminate_instance(newest)
    world.clock.run_until(250)

    states = [
        event["detail"]["state"]
        for event in events
        if event["detail-type"] == "EC2 Instance State-change Notification" and event["detail"]["instance-id"] == newest
    ]
    assert states == ["pending", "running", "shutting-down", "terminated"]


def test_auto_scaling_announces_launches_and_terminations() -> None:
    world = a_fleet(desired=1)
    events = heard_by(world)
    first = instances_of(world)[0]

    world.handle(
        "autoscaling",
        "TerminateInstanceInAutoScalingGroup",
        {"InstanceId": first, "ShouldDecrementDesiredCapacity": False},
    )
    world.clock.run_until(200)

    kinds = [event["detail-type"] for event in events if event["source"] == "aws.autoscaling"]
    assert sorted(kinds) == ["EC2 Instance Launch Successful", "EC2 Instance Terminate Successful"]


def test_the_same_seed_gives_the_same_run_whether_or_not_anybody_listens() -> None:
    journals = []
    for listens in (False, True):
        world = a_fleet(desired=5, spot=True)
        world.add_service(CLUSTER, "api", desired=12)
        if listens:
            heard_by(world)
        for instance_id in instances_of(world)[:2]:
            world.warn_spot(instance_id)
        world.clock.run_until(600)
        journals.append(world.journal)

    assert journals[0] == journals[1]


def test_what_is_built_is_there_at_once_and_without_events() -> None:
    world = a_fleet()
    events = heard_by(world)
    service = world.add_service(CLUSTER, "api", desired=6)
    world.add_service(CLUSTER, "agent", daemon=True)
    world.clock.run_until(60)

    assert (service.running, events) == (6, [])
    assert [fact.data["running"] for fact in facts(world, "service_counts", service="api")] == [6]
    assert {host.running for host in world.clusters[CLUSTER].room} == {3}
