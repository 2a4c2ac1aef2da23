"""AWS Health's changes and the ends of capacity reservations, as AWS announces them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, facts, heard_by, instances_of


def health(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event["detail"] for event in events if event["source"] == "aws.health"]


def stops(world: World) -> list[tuple[str, float]]:
    return [(f.data["instance"], f.at_s) for f in facts(world, "instance_state", state="stopping")]


def test_a_moved_date_is_the_same_event_and_the_instance_stops_at_the_new_date_only() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    events = heard_by(world)
    change = world.schedule_retirement([instance_id], world.clock.utc + timedelta(minutes=10))

    world.clock.run_until(60)
    world.move_change(change, world.clock.utc + timedelta(minutes=30))
    world.clock.run_until(3600)

    first, second = health(events)
    assert first["eventArn"] == second["eventArn"] == change
    assert first["startTime"] != second["startTime"]
    assert stops(world) == [(instance_id, 60 + 1800)]


def test_what_is_stopped_and_started_before_the_date_of_its_retirement_is_elsewhere_and_runs_on() -> None:
    world = a_fleet(0)
    moves, stays = (world.add_instance("prod").id for _ in range(2))  # of no group, which would replace what is stopped
    world.schedule_retirement([moves, stays], world.clock.utc + timedelta(minutes=30))

    world.stop_instance(moves)
    world.clock.run_until(600)
    world.start_instance(moves)
    world.clock.run_until(3600)

    assert stops(world) == [(moves, 0), (stays, 1800)]


def test_a_closed_event_says_so_and_nothing_stops() -> None:
    world = a_fleet(1)
    events = heard_by(world)
    change = world.schedule_retirement(instances_of(world), world.clock.utc + timedelta(minutes=10))

    world.close_change(change)
    world.clock.run_until(1200)

    assert [detail["statusCode"] for detail in health(events)] == ["open", "closed"]
    assert "endTime" in health(events)[1]
    assert stops(world) == []


def test_entities_of_any_kind_and_status_are_told_as_written_and_only_what_is_not_over_stops() -> None:
    world = a_fleet(2)
    first, second = instances_of(world)
    events = heard_by(world)
    entities = {
        "h-0d123456bbf78910d": "PENDING",
        first: "RESOLVED",
        second: "IMPAIRED",
        "vol-0a": "UNKNOWN",
        "UNKNOWN": None,
    }

    world.schedule_change(
        entities, world.clock.utc + timedelta(minutes=5), code="AWS_EC2_DEDICATED_HOST_RETIREMENT_SCHEDULED"
    )
    world.clock.run_until(600)

    (detail,) = health(events)
    assert {e["entityValue"]: e.get("status") for e in detail["affectedEntities"]} == entities
    assert "status" not in detail["affectedEntities"][-1]
    assert [instance_id for instance_id, _ in stops(world)] == [second]
    (noted,) = facts(world, "retirement_scheduled")
    assert noted.data["instances"] == [first, second]


def test_an_entity_that_is_resolved_later_is_told_and_does_not_stop() -> None:
    world = a_fleet(2)
    first, second = instances_of(world)
    events = heard_by(world)
    change = world.schedule_change(dict.fromkeys((first, second), "PENDING"), world.clock.utc + timedelta(minutes=5))

    world.set_change_entity(change, first, "UNIMPAIRED")
    world.clock.run_until(600)

    assert [e["status"] for e in health(events)[1]["affectedEntities"]] == ["UNIMPAIRED", "PENDING"]
    assert [instance_id for instance_id, _ in stops(world)] == [second]


def test_fields_that_are_optional_may_be_absent() -> None:
    world = a_fleet(1)
    events = heard_by(world)

    world.schedule_change({}, None, left_out=["affectedEntities", "backupEvent", "actionability"])

    (detail,) = health(events)
    assert not {"startTime", "affectedEntities", "backupEvent", "actionability"} & set(detail)


def test_a_status_that_health_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="'GONE' is no status of an entity"):
        a_fleet().schedule_change({"h-1": "GONE"}, None)


def test_an_interruptible_reservation_gives_two_minutes() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    events = heard_by(world)

    world.warn_capacity_reservation(instance_id)
    world.clock.run_until(150)

    warning = events[0]
    assert warning["detail-type"] == "EC2 Capacity Reservation Instance Interruption Warning"
    assert warning["resources"] == f"arn:aws:ec2:us-east-1:123456789012:instance/{instance_id}"
    assert warning["detail"] == {
        "instance-id": instance_id,
        "instance-action": "terminate",
        "instance-termination-time": "2026-11-23T09:02:00Z",
        "azId": "use1-az1",
    }
    (ended,) = facts(world, "instance_state", instance=instance_id, state="shutting-down")
    assert ended.at_s == 120


def test_a_capacity_block_gives_ten_minutes_and_names_the_reservation_only() -> None:
    world = a_fleet(2)
    first, second = instances_of(world)
    events = heard_by(world)

    world.end_capacity_block([first], "cr-0a1b2c3d4e5f60718")
    world.clock.run_until(630)

    assert events[0]["detail-type"] == "Capacity Block Reservation Expiration Warning"
    assert events[0]["detail"] == {
        "capacity-reservation-id": "cr-0a1b2c3d4e5f60718",
        "end-date": "2026-11-23T09:40:00Z",
    }
    (ended,) = facts(world, "instance_state", state="shutting-down")
    assert (ended.data["instance"], ended.at_s) == (first, 600)
    shown = world.handle("ec2", "DescribeInstances", {"InstanceIds": [first, second]})["Reservations"]
    reservations = [r["Instances"][0].get("CapacityReservationId") for r in shown]
    assert reservations == ["cr-0a1b2c3d4e5f60718", None]
