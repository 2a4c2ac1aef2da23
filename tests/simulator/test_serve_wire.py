"""The world in AWS's wire protocols: boto3 writes a request, and reads the answer as it would AWS's."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from simulator.clock import Clock
from simulator.serve.wire import Request, asked_by
from simulator.world import World
from simulator.world.core.errors import AwsError


class _Raw(BytesIO):
    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self.read()]


def a_client(service: str, world: World) -> Any:
    """It is answered where it would open a connection."""
    client: Any = boto3.Session("id", "secret", region_name="us-east-1").client(service)  # type: ignore[call-overload]

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        headers = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
        body = request.body or b""
        path = "/" + request.url.partition("://")[2].partition("/")[2]
        assert isinstance(body, str | bytes | bytearray)
        raw = body.encode() if isinstance(body, str) else bytes(body)
        asked = asked_by(Request(str(request.method), path, headers, raw))
        try:
            found = asked.answered(world.handle(asked.service, asked.operation, asked.params))
        except AwsError as error:
            found = asked.refused(error)
        return AWSResponse(request.url, found.status, HTTPHeaders.from_dict(found.headers), _Raw(found.body))

    client.meta.events.register("before-send", answer)
    return client


@pytest.fixture
def world() -> World:
    world = World(Clock(), Random(1))  # noqa: S311 - a simulation wants a seed
    world.add_cluster("prod", {"ballast:managed": "true"})
    world.add_group("web", "prod", desired=2, capacity_provider="web")
    return world


ASKED: dict[str, tuple[str, Callable[[Any], Any], Any]] = {
    "json": ("ecs", lambda c: c.list_container_instances(cluster="prod")["containerInstanceArns"].__len__(), 2),
    "ec2": ("ec2", lambda c: len(c.describe_instances()["Reservations"]), 2),
    "query": ("autoscaling", lambda c: c.describe_auto_scaling_groups()["AutoScalingGroups"][0]["DesiredCapacity"], 2),
    "rest-json": ("arc-zonal-shift", lambda c: c.list_managed_resources()["items"], []),
    "json of Systems Manager": ("ssm", lambda c: c.describe_instance_information()["InstanceInformationList"], []),
}


@pytest.mark.parametrize("protocol", ASKED)
def test_boto3_reads_what_the_world_answers(world: World, protocol: str) -> None:
    service, ask, expected = ASKED[protocol]

    assert ask(a_client(service, world)) == expected


@pytest.mark.parametrize(
    ("service", "ask", "code"),
    [
        ("ecs", lambda c: c.list_tasks(cluster="nowhere"), "ClusterNotFoundException"),
        ("ec2", lambda c: c.describe_instances(InstanceIds=["i-0123456789abcdef0"]), "InvalidInstanceID.NotFound"),
    ],
)
def test_boto3_raises_what_the_world_refuses(world: World, service: str, ask: Callable[[Any], Any], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        ask(a_client(service, world))

    assert refused.value.response["Error"]["Code"] == code
