"""Amazon ECS, task definitions: what does a task ask of its host? A revision never changes, so each is read once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.demands import Demands
from ballast.telemetry import logger

if TYPE_CHECKING:
    from ballast.aws.session import RawTaskDefinition


def demands_of(arns: Iterable[str]) -> dict[str, Demands]:
    """By ARN; those that cannot be read are left out.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
    """
    wanted, known = sorted(set(arns)), kept("demands")
    for arn in wanted:
        if arn not in known:
            try:
                raw = client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
            except CallFailedError as error:
                logger.warning("a task definition cannot be read", definition=arn, why=str(error))
            else:
                known[arn] = demands_from(raw)
    return {arn: known[arn] for arn in wanted if arn in known}


def demands_from(raw: RawTaskDefinition) -> Demands:
    """Of a task definition as ECS describes it."""
    gpus = (
        int(needed["value"])
        for container in raw.get("containerDefinitions", [])
        for needed in container.get("resourceRequirements", [])
        if needed["type"] == "GPU"
    )
    return Demands(
        attributes=frozenset(a["name"] for a in raw.get("requiresAttributes", []) if a.get("name")),
        expressions=tuple(c.get("expression", "") for c in raw.get("placementConstraints", [])),
        gpus=sum(gpus),
        own_interface=raw.get("networkMode") == "awsvpc",
    )
