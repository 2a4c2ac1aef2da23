"""Container instances with their version and what they registered."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws.capacity_hosts import hosts_of
from ballast.errors import TransientError
from tests.aws_stubs import Stubs

ARN = "arn:aws:ecs:eu-central-1:123456789012:container-instance/prod/"
RESOURCES = [
    {"name": "CPU", "type": "INTEGER", "integerValue": 2048},
    {"name": "MEMORY", "type": "INTEGER", "integerValue": 7680},
    {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22", "2376"]},
    {"name": "GPU", "type": "STRINGSET", "stringSetValue": ["GPU-1", "GPU-2"]},
]


def a_host(name: str = "1", ec2: str = "i-0123456789abcdef0", **how: Any) -> dict[str, Any]:
    own = {"containerInstanceArn": ARN + name, "ec2InstanceId": ec2, "status": "ACTIVE", "agentConnected": True}
    return {**own, "version": 7, "registeredResources": RESOURCES, **how}


def lists(aws: Stubs, names: list[str], *described: dict[str, Any], **criteria: str) -> None:
    arns = [ARN + name for name in names]
    aws.answers("ecs", "list_container_instances", {"cluster": "prod", **criteria}, {"containerInstanceArns": arns})
    asked = {"cluster": "prod", "containerInstances": arns, "include": ["TAGS", "CONTAINER_INSTANCE_HEALTH"]}
    aws.answers("ecs", "describe_container_instances", asked, {"containerInstances": list(described)})


def test_what_it_registered_is_told_with_the_ports_that_are_taken(aws: Stubs) -> None:
    attributes = [
        {"name": "ecs.instance-type", "value": "m7i.large"},
        {"name": "ecs.awsvpc-trunk-id", "value": "eni-1"},
    ]
    lists(aws, ["1"], a_host(attributes=attributes))

    [host] = hosts_of("prod")

    assert (host.type, host.version, host.registered.trunked) == ("m7i.large", 7, True)
    assert host.registered.capacity == {"cpu": 2048, "memory": 7680, "gpu": 2, "port:22": 0, "port:2376": 0}


def test_of_two_records_of_an_instance_the_connected_one_counts_and_other_hosts_are_left_out(aws: Stubs) -> None:
    lists(aws, ["1", "2", "3"], a_host("1", agentConnected=False), a_host("2"), a_host("3", "mi-0123456789abcdef0"))

    assert [host.record.arn for host in hosts_of("prod")] == [ARN + "2"]


def test_tasks_that_an_older_record_has_are_counted_and_those_of_other_hosts_are_not(aws: Stubs) -> None:
    old = a_host("1", agentConnected=False, runningTasksCount=2, pendingTasksCount=1)
    other = a_host("3", "i-0123456789abcdef1", runningTasksCount=4)
    lists(aws, ["1", "2", "3"], old, a_host("2", runningTasksCount=5), other)

    assert [host.left_behind for host in hosts_of("prod")] == [3, 0]


def test_some_are_asked_for_by_their_ids(aws: Stubs) -> None:
    lists(aws, ["1"], a_host(), filter="ec2InstanceId in [i-1, i-2]")

    assert len(hosts_of("prod", ["i-2", "i-1", "i-2"])) == 1


def test_one_that_is_listed_and_not_described_is_not_taken_for_gone(aws: Stubs) -> None:
    lists(aws, ["1", "2"], a_host())

    with pytest.raises(TransientError, match="prod"):
        hosts_of("prod")
