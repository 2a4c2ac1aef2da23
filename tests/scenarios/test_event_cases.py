"""Payloads that 0.1.0 got wrong, each for a kind, played as written against a fleet that has what they name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.event.outcome import outcome_of
from simulator.event.play import Played

CASES = Path("tests/samples/cases")
DRAINED = "ecs:UpdateContainerInstancesState"


def played(name: str) -> dict[str, Any]:
    with Played(json.loads((CASES / f"{name}.json").read_text()), 1) as case:
        case.play()
        return outcome_of(case)


def drained(outcome: dict[str, Any]) -> list[str]:
    """The instances that were set DRAINING, in that order."""
    calls = [
        action["what"] for action in outcome["actions"] if action["call"] == DRAINED and "DRAINING" in action["what"]
    ]
    return [what.partition("containerInstances=")[2].partition(",")[0] for what in calls]


@pytest.mark.parametrize(
    "name", ["ecs_anywhere_agent_lost", "fargate_health_change_no_ec2_instance", "health_no_affected_entities"]
)
def test_what_is_about_no_instance_is_dropped_quietly(name: str) -> None:
    outcome = played(name)

    assert (outcome["dead_letters"], outcome["actions"], outcome["notices"]) == ([], [], [])


@pytest.mark.parametrize(
    ("name", "instances"),
    [
        ("capacity_reservation_interruption", ["i-0a1b2c3d4e5f60718"]),
        ("health_host_and_instance", ["i-0123456789abcdef0"]),  # and not its Dedicated Host
        ("health_entity_resolved", ["i-0fedcba9876543210"]),  # and not the one that is RESOLVED
        ("health_time_equals_start_time", ["i-1234567890abcdef0"]),
        ("lifecycle_without_destination", ["i-1234567890abcdef0"]),
        ("metadata_cluster_object", ["i-1234567890abcdef0"]),
    ],
)
def test_the_instances_that_go_are_drained_within_seconds(name: str, instances: list[str]) -> None:
    outcome = played(name)

    assert outcome["dead_letters"] == []
    assert drained(outcome) == instances
    [began] = [action["at"] for action in outcome["actions"] if action["call"] == DRAINED]
    assert began < 10


def test_capacity_that_is_taken_back_is_told_in_words_of_its_own() -> None:
    outcome = played("capacity_reservation_interruption")

    assert outcome["rules"] == ["SpotInstanceInterrupted"]
    assert outcome["notices"][0]["code"] == "CapacityInterruption"


@pytest.mark.parametrize(
    ("name", "queue", "field"),
    [
        ("lifecycle_group_null", "DrainEventsDeadLetters", "AutoScalingGroupName is None"),
        ("notice_what_null", "NoticesDeadLetters", "what is None"),
    ],
)
def test_what_cannot_be_read_is_a_dead_letter_that_names_the_field(name: str, queue: str, field: str) -> None:
    [letter] = played(name)["dead_letters"]

    assert letter["queue"] == queue
    assert field in letter["reason"]
    assert len(letter["reason"]) <= 256
