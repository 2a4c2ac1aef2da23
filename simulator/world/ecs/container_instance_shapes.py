"""A container instance as ECS shows it: in answers and in events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.core.core import Core, Output
from simulator.world.core.records import ContainerInstance, Status

if TYPE_CHECKING:
    from simulator.world.ecs.host_health import HostHealth

SYSTEM_PORTS = ("22", "2375", "2376", "51678", "51679")
VERSION_INFO = {
    "agentVersion": "1.99.0",
    "agentHash": "d1d3ef2c",
    "dockerVersion": "DockerVersion: 25.0.8",
}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _resources(cpu: int, memory_mib: int, ports: tuple[str, ...], gpus: int) -> list[Output]:
    """GPU is shown only where there are some: its type is undocumented, a string set of ids in what tools print."""
    known = [f"GPU-{number:08x}" for number in range(gpus)]
    extra = [{"name": "GPU", "type": "STRINGSET", "stringSetValue": known}] if gpus else []
    return [
        {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": memory_mib},
        {"name": "PORTS", "type": "STRINGSET", "stringSetValue": list(ports)},
        {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": []},
        *extra,
    ]


def attributes(host: ContainerInstance) -> list[Output]:
    """What the agent and ECS say of it, then what somebody put on it.

    An external instance has no zone and no type; `ecs.capability.external` says what it is (amazon-ecs-agent,
    agent/app/agent_capability.go).
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html (attributes)
    """
    put = [
        {"name": name} if value is None else {"name": name, "value": value} for name, value in host.attributes.items()
    ]
    if host.instance.external:
        external = {"name": "ecs.capability.external"}
        return [{"name": "ecs.os-type", "value": "linux"}, *_os_attributes(host), external, *put]
    own = [
        {"name": "ecs.availability-zone", "value": host.instance.zone},
        {"name": "ecs.instance-type", "value": host.instance.shape.instance_type},
        {"name": "ecs.os-type", "value": "linux"},
        *_os_attributes(host),
        *([{"name": "ecs.awsvpc-trunk-id", "value": f"eni-{host.instance.id[2:]}"}] if host.instance.trunk else []),
    ]
    return [*(each for each in own if each["name"] not in host.attributes), *put]


def _os_attributes(host: ContainerInstance) -> list[Output]:
    """`bottlerocket.variant` is os.variant_id; `ecs.ami-id` stays that of the launch after an update in place.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html (attributes)
    """
    if host.instance.os is None:
        return [{"name": "ecs.cpu-architecture", "value": "arm64"}]
    variant, arch = host.instance.os
    return [
        {"name": "ecs.cpu-architecture", "value": arch},
        {"name": "ecs.ami-id", "value": host.instance.image_id},
        {"name": "bottlerocket.variant", "value": variant},
    ]


def _common(host: ContainerInstance) -> Output:
    """`runningTasksCount` counts tasks whose desired status is RUNNING, so tasks that are stopping are in no count.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
    """
    shape = host.instance.shape
    in_use = SYSTEM_PORTS + tuple(str(port) for port in sorted(host.ports))
    common: Output = {
        "containerInstanceArn": host.arn,
        "ec2InstanceId": host.instance.id,
        "version": host.version,
        "versionInfo": dict(VERSION_INFO),
        "registeredResources": _resources(shape.cpu, shape.memory_mib, SYSTEM_PORTS, shape.gpus),
        "remainingResources": _resources(host.free_cpu, host.free_memory_mib, in_use, host.free_gpus),
        "status": host.status.value,
        "agentConnected": host.agent_connected,
        "runningTasksCount": host.running,
        "pendingTasksCount": host.pending,
        "attributes": attributes(host),
        "attachments": [],
    }
    if host.status is Status.REGISTRATION_FAILED:
        common["statusReason"] = "The trunk network interface could not be attached."
    return common


def state_change_detail(host: ContainerInstance, updated_at: str) -> Output:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html."""
    detail = _common(host)
    detail["clusterArn"] = host.cluster.arn
    detail["updatedAt"] = updated_at
    detail["accountType"] = "default"
    return detail


def description(core: Core, host: ContainerInstance, *, with_tags: bool, health: HostHealth | None = None) -> Output:
    shown = _common(host)
    shown["registeredAt"] = core.moment(host.registered_at_s)
    if host.instance.capacity_provider is not None:
        shown["capacityProviderName"] = host.instance.capacity_provider
    if with_tags:
        shown["tags"] = tag_list(host.tags)
    if health is not None:
        shown["healthStatus"] = health.shown(host)
    return shown
