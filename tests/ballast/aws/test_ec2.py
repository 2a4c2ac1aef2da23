"""Whether an instance runs, goes or is gone, as EC2 says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ballast.aws import ec2
from ballast.facts.health import Launch
from tests.aws_stubs import Stubs


def instances(*states: tuple[str, str]) -> dict[str, Any]:
    found = [{"InstanceId": instance_id, "State": {"Name": state}} for instance_id, state in states]
    return {"Reservations": [{"Instances": [each]} for each in found]}


def asks_ec2(aws: Stubs, ids: list[str], answer: dict[str, Any]) -> None:
    aws.answers("ec2", "describe_instances", {"Filters": [{"Name": "instance-id", "Values": ids}]}, answer)


def test_an_instance_that_ec2_does_not_know_is_absent(aws: Stubs) -> None:
    asks_ec2(aws, ["i-1", "i-2"], instances(("i-1", "running")))

    assert ec2.states(["i-2", "i-1", "i-1"]) == {"i-1": "running", "i-2": "absent"}


def test_states_are_asked_for_two_hundred_at_a_time_and_all_pages_read(aws: Stubs) -> None:
    ids = [f"i-{number:03}" for number in range(201)]
    asks_ec2(aws, ids[:200], instances(("i-000", "running")) | {"NextToken": "more"})
    filters = [{"Name": "instance-id", "Values": ids[:200]}]
    aws.answers("ec2", "describe_instances", {"Filters": filters, "NextToken": "more"}, instances(("i-001", "stopped")))
    asks_ec2(aws, ids[200:], instances(("i-200", "terminated")))

    states = ec2.states(ids)

    assert (states["i-000"], states["i-001"], states["i-200"]) == ("running", "stopped", "terminated")
    assert len(states) == 201


def test_launch_times_are_those_that_ec2_knows(aws: Stubs) -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    answer = {"Reservations": [{"Instances": [{"InstanceId": "i-1", "LaunchTime": at}]}]}
    aws.answers("ec2", "describe_instances", {"Filters": [{"Name": "instance-id", "Values": ["i-1", "i-2"]}]}, answer)

    assert ec2.launch_times(["i-2", "i-1"]) == {"i-1": at}


def test_what_a_status_check_finds_impaired_is_told_with_the_check(aws: Stubs) -> None:
    for check, ids in (("instance-status", ["i-1"]), ("system-status", ["i-2"])):
        asked = {"Filters": [{"Name": f"{check}.status", "Values": ["impaired"]}]}
        answer = {"InstanceStatuses": [{"InstanceId": i} for i in ids]}
        aws.answers("ec2", "describe_instance_status", asked, answer)

    assert ec2.impaired() == {"i-1": "instance status", "i-2": "system status"}


def test_launches_are_told_with_their_image(aws: Stubs) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    found = {"Reservations": [{"Instances": [{"InstanceId": "i-1", "LaunchTime": at, "ImageId": "ami-1"}]}]}
    asks_ec2(aws, ["i-1", "i-2"], found)

    assert ec2.launches(["i-2", "i-1"]) == {"i-1": Launch(at, "ami-1")}
