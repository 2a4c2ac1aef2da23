"""How do ECS's answers become facts?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ballast.facts.instance import ContainerInstance, InstanceStatus
from ballast.facts.task import Task, TaskKind

if TYPE_CHECKING:
    from ballast.aws.session import RawContainerInstance, RawTask


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
        tags=tags(raw),
        variant=attributes.get("bottlerocket.variant"),
        arch=attributes.get("ecs.cpu-architecture"),
    )


def task(raw: RawTask, daemons: Collection[str]) -> Task:
    """`daemons`: the groups (`service:NAME`) of daemon services."""
    group = raw.get("group", "")
    kind = TaskKind.SERVICE if raw.get("startedBy", "").startswith("ecs-svc/") else TaskKind.STANDALONE
    if group.startswith("service:"):
        kind = TaskKind.DAEMON if group in daemons else TaskKind.SERVICE
    bindings = (b for c in raw.get("containers", []) for b in c.get("networkBindings", []))
    return Task(
        arn=raw["taskArn"],
        group=group,
        kind=kind,
        last_status=raw["lastStatus"],
        cpu_units=int(raw.get("cpu") or 0),
        memory_mib=int(raw.get("memory") or 0),
        host_ports=frozenset(b["hostPort"] for b in bindings if b.get("hostPort")),
        tags=tags(raw),
    )


def tags(raw: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in raw.get("tags", [])}
