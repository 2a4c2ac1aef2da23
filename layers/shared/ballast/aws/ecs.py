"""Amazon ECS, container instances: find them, set them DRAINING or ACTIVE, deregister them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.sightings import Listed
from ballast.facts.view import ContainerInstance, InstanceStatus, is_ec2_instance

if TYPE_CHECKING:
    from ballast.aws.session import RawContainerInstance

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html and siblings
STATE_MOST = 10
DESCRIBE_MOST = 100
IDS_IN_A_FILTER = 100
REFUSED = frozenset({"InvalidParameterException", "ClientException", "ServerException"})
NOT_THERE = frozenset({"InvalidParameterException", "ClientException"})


class Criteria(TypedDict, total=False):
    """Of ListContainerInstances; the filter is written in the cluster query language."""

    status: Literal["ACTIVE", "DRAINING"]
    filter: str


def find_instances(cluster: str, instance_ids: Iterable[str]) -> Listed:
    """Every container instance of these EC2 instances; those of no or another cluster are left out.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
    """
    found = [
        list_records(cluster, filter=f"ec2InstanceId in [{', '.join(some)}]")
        for some in batched(sorted(set(instance_ids)), IDS_IN_A_FILTER, strict=False)
    ]
    return Listed(tuple(i for some in found for i in some.instances), all(some.complete for some in found))


def list_instances(cluster: str, **criteria: Unpack[Criteria]) -> tuple[ContainerInstance, ...]:
    """Those that ECS can describe; hosts that are no EC2 instances (ECS Anywhere) are left out, as by `list_records`."""
    return list_records(cluster, **criteria).instances


def list_records(cluster: str, **criteria: Unpack[Criteria]) -> Listed:
    """Of all pages. ECS may list one that it does not describe (MISSING): that is no proof that it is not there.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
    """
    ours, complete = described(cluster, **criteria)
    return Listed(tuple(container_instance(cluster, raw) for raw in ours), complete)


def described(cluster: str, **criteria: Unpack[Criteria]) -> tuple[list[RawContainerInstance], bool]:
    """As ECS describes them, and whether it described all that it listed."""
    pages = client("ecs").get_paginator("list_container_instances").paginate(cluster=cluster, **criteria)
    arns = [arn for page in pages for arn in page["containerInstanceArns"]]
    found = [
        raw
        for some in batched(arns, DESCRIBE_MOST, strict=False)
        for raw in client("ecs").describe_container_instances(
            cluster=cluster, containerInstances=list(some), include=["TAGS", "CONTAINER_INSTANCE_HEALTH"]
        )["containerInstances"]
    ]
    return [raw for raw in found if is_ec2_instance(raw.get("ec2InstanceId"))], len(found) == len(arns)


def set_status(cluster: str, arns: Sequence[str], status: InstanceStatus) -> dict[str, str]:
    """Set DRAINING or ACTIVE, ten at a time; answers why by ARN for those that ECS refused.

    A refused call names no culprit, so its instances are then tried one by one.
    """
    refused: dict[str, str] = {}
    for some in batched(arns, STATE_MOST, strict=False):
        try:
            refused |= _set(cluster, some, status)
        except CallFailedError as error:
            if error.code not in REFUSED:
                raise
            if len(some) == 1:
                refused[some[0]] = str(error)
            else:
                for arn in some:
                    refused |= set_status(cluster, [arn], status)
    return refused


def _set(cluster: str, arns: Sequence[str], status: InstanceStatus) -> dict[str, str]:
    wanted: Literal["ACTIVE", "DRAINING"] = "DRAINING" if status is InstanceStatus.DRAINING else "ACTIVE"
    answer = client("ecs").update_container_instances_state(
        cluster=cluster, containerInstances=list(arns), status=wanted
    )
    return {f.get("arn", ""): f.get("reason", "no reason given") for f in answer.get("failures", [])}


def deregister(cluster: str, arn: str) -> None:
    """Remove a container instance whose host is gone; one that is not there any more is fine."""
    try:
        client("ecs").deregister_container_instance(cluster=cluster, containerInstance=arn, force=True)
    except CallFailedError as error:
        if error.code not in NOT_THERE:
            raise


def container_instance(cluster: str, raw: RawContainerInstance) -> ContainerInstance:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html."""
    remaining = {r["name"]: r for r in raw.get("remainingResources", [])}
    attributes = {a["name"]: a.get("value") for a in raw.get("attributes", [])}
    return ContainerInstance(
        arn=raw["containerInstanceArn"],
        cluster=cluster,
        instance_id=raw["ec2InstanceId"],
        status=InstanceStatus(raw["status"]),
        agent_connected=raw["agentConnected"],
        running_tasks=raw.get("runningTasksCount", 0),
        pending_tasks=raw.get("pendingTasksCount", 0),
        capacity_provider=raw.get("capacityProviderName"),
        free_cpu_units=remaining.get("CPU", {}).get("integerValue", 0),
        free_memory_mib=remaining.get("MEMORY", {}).get("integerValue", 0),
        # The remaining PORTS are, in spite of the name, the ports in use.
        ports_in_use=frozenset(int(p) for p in remaining.get("PORTS", {}).get("stringSetValue", [])),
        free_gpus=_gpus(remaining.get("GPU", {})),
        attributes=attributes,
        tags=tags(raw),
        variant=attributes.get("bottlerocket.variant"),
        arch=attributes.get("ecs.cpu-architecture"),
        registered_at=raw.get("registeredAt"),
        impaired=_impaired(raw),
    )


def _impaired(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstanceHealthStatus.html."""
    checks = raw.get("healthStatus", {}).get("details", [])
    found = (c for c in checks if c.get("status") == "IMPAIRED")
    return tuple(f"{c.get('type', 'a check')}: {c.get('statusReason') or 'no reason given'}" for c in found)


def _gpus(remaining: Mapping[str, Any]) -> int:
    """The documentation does not say how GPUs are shown; tools print a set of their ids."""
    return int(remaining.get("integerValue") or len(remaining.get("stringSetValue", [])))


def tags(raw: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in raw.get("tags", [])}
