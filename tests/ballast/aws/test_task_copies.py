"""What one more task of a definition would reserve."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ballast.aws import task_copies
from ballast.aws.task_copies import Copy, copies_of
from ballast.aws.task_definitions import demands_of
from ballast.facts.demands import Demands
from ballast.facts.task import TaskKind
from tests.aws_stubs import Stubs

ARN = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1"


def describes(aws: Stubs, name: str = ARN, **how: Any) -> None:
    asked, answer = {"taskDefinition": name}, {"taskDefinition": {"taskDefinitionArn": ARN, **how}}
    aws.answers("ecs", "describe_task_definition", asked, answer)


def copy_of(aws: Stubs, **how: Any) -> Copy:
    describes(aws, **how)
    return copies_of([ARN])[ARN]


def test_the_size_of_the_task_counts_and_without_it_that_of_its_containers(aws: Stubs) -> None:
    one = {"cpu": 256, "memory": 512, "memoryReservation": 300}
    other = {"cpu": 128, "memoryReservation": 128, "stopTimeout": 90}
    describes(aws, "own:1", cpu="1024", memory="2048", containerDefinitions=[one, other])
    describes(aws, "sums:1", containerDefinitions=[one, other])
    describes(aws, "unsized:1", containerDefinitions=[one, {"cpu": 1}])

    found = copies_of(["own:1", "sums:1", "unsized:1"])
    sizes = {name: (c.cpu_units, c.memory_mib, c.sized, c.stop_timeout.seconds) for name, c in found.items()}

    assert sizes == {
        "own:1": (1024, 2048, True, 90),
        "sums:1": (384, 640, True, 90),
        "unsized:1": (257, 512, False, 30),
    }


@pytest.mark.parametrize(
    ("mode", "ports"), [("bridge", {8080}), ("host", {8080, 9090}), ("awsvpc", set()), (None, {8080})]
)
def test_ports_of_the_host_are_those_that_the_network_mode_takes_there(
    aws: Stubs, mode: str | None, ports: set[int]
) -> None:
    mappings = [{"hostPort": 8080, "containerPort": 80}, {"hostPort": 0, "containerPort": 9090}]
    network = {"networkMode": mode} if mode else {}

    found = copy_of(aws, containerDefinitions=[{"memory": 64, "portMappings": mappings}], **network)

    assert (set(found.host_ports), found.demands.own_interface) == (ports, mode == "awsvpc")


def test_it_becomes_a_task_of_a_service_or_of_a_family(aws: Stubs) -> None:
    copy = copy_of(aws, cpu="256", memory="512")

    service, family = copy.of("service:web"), copy.of("family:batch")

    assert (service.kind, family.kind) == (TaskKind.SERVICE, TaskKind.STANDALONE)
    assert (service.cpu_units, service.memory_mib, service.definition) == (256, 512, ARN)


def test_a_revision_is_read_once_for_its_size_and_its_demands_and_the_newest_of_a_family_each_time(aws: Stubs) -> None:
    describes(aws)
    describes(aws, "web", cpu="1")
    describes(aws, "web", cpu="2")

    assert copies_of([ARN]) == copies_of([ARN])
    assert demands_of([ARN]) == {ARN: Demands()}
    assert [copies_of(["web"])["web"].cpu_units for _ in range(2)] == [1, 2]


def test_one_that_cannot_be_read_is_left_out_and_asked_for_again(aws: Stubs) -> None:
    aws.refuses("ecs", "describe_task_definition", "ClientException")
    describes(aws, "b:1", cpu="1")
    describes(aws, "a:1", cpu="2")

    assert copies_of(["a:1", "b:1"]).keys() == {"b:1"}
    assert copies_of(["a:1", "b:1"]).keys() == {"a:1", "b:1"}


def test_where_ecs_is_too_busy_the_others_are_put_off_and_so_are_more_than_one_round_takes(
    aws: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.refuses("ecs", "describe_task_definition", "InternalServerError")
    for name in ("a:1", "b:1"):
        describes(aws, name, cpu="1")
    monkeypatch.setattr(task_copies, "NEW_MOST", 2)

    assert copies_of(["a:1", "b:1", "c:1"]) == {}
    assert copies_of(["a:1", "b:1", "c:1"]).keys() == {"a:1", "b:1"}


def test_a_container_has_half_a_minute_to_stop_unless_it_says_otherwise(aws: Stubs) -> None:
    assert copy_of(aws).stop_timeout == timedelta(seconds=30)
