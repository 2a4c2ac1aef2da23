"""The container instances of a cluster.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.aws.ecs import described
from ballast.aws.ecs_tasks import last_part
from ballast.errors import TransientError
from ballast.words.incident import count
from ballast_cli.dump.fields import ours, tags_of, whole_seconds
from ballast_cli.dump.records import Host
from ballast_cli.dump.troubles import Troubles

# What the agent keeps for itself, and so has on every host: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Resource.html
SYSTEM_PORTS = frozenset({22, 2375, 2376, 51678, 51679})


def hosts_of(cluster: str, troubles: Troubles) -> tuple[Host, ...]:
    """Of EC2 instances, oldest first; those of ECS Anywhere are not Ballast's. Raises TransientError for half of them."""
    found, complete = described(cluster)
    if not complete:
        troubles.note("container instances that ECS lists and does not describe: they are left out")
    if not found and not complete:
        raise TransientError(f"ECS lists {count(1, 'container instance')} or more of {cluster} and describes none")
    joined = [raw for raw in found if raw.get("registeredAt")]  # one that registers just now has none yet
    return tuple(sorted(map(host_of, joined), key=lambda host: (host.registered_at, host.id)))


def host_of(raw: Mapping[str, Any]) -> Host:
    registered = {each["name"]: each for each in raw.get("registeredResources", ())}
    remaining = {each["name"]: each for each in raw.get("remainingResources", ())}
    checks = raw.get("healthStatus", {}).get("details", ())
    return Host(
        id=last_part(raw["containerInstanceArn"]),
        instance=raw["ec2InstanceId"],
        registered_at=whole_seconds(raw["registeredAt"]),
        cpu=_whole(registered, "CPU"),
        memory_mib=_whole(registered, "MEMORY"),
        free_cpu=_whole(remaining, "CPU"),
        free_memory_mib=_whole(remaining, "MEMORY"),
        status=raw["status"],
        agent_connected=raw["agentConnected"],
        provider=raw.get("capacityProviderName"),
        gpus=_gpus(registered),
        free_gpus=_gpus(remaining),
        ports=tuple(sorted({int(p) for p in remaining.get("PORTS", {}).get("stringSetValue", ())} - SYSTEM_PORTS)),
        attributes={each["name"]: each.get("value") for each in raw.get("attributes", ())},
        tags=ours(tags_of(raw)),
        impaired=tuple(check.get("type", "") for check in checks if check.get("status") == "IMPAIRED"),
    )


def _whole(resources: Mapping[str, Any], name: str) -> int:
    return int(resources.get(name, {}).get("integerValue", 0))


def _gpus(resources: Mapping[str, Any]) -> int:
    """Tools print a set of ids; the documentation does not say."""
    told = resources.get("GPU", {})
    return len(told.get("stringSetValue", ())) or int(told.get("integerValue", 0))
