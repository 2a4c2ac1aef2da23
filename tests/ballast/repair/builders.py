"""What repair sees: a cluster of ten, all well; a test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ballast.facts.group import GroupMembership
from ballast.facts.health import Health
from ballast.facts.view import ContainerInstance
from ballast.policy.policy import Policy, Repair
from ballast.records.repair import Repairs, Signal
from ballast.records.watch import Watch, WatchKind
from ballast.repair.round import Seen
from tests.builders import CLUSTER, GROUP, NOW, a_cluster, a_container_instance, a_group

TEMPLATE = "lt-1:7"
ZONES = ("a", "b", "c")


def an_id(number: int) -> str:
    return f"i-{number:017x}"


def a_host(number: int, **changes: Any) -> ContainerInstance:
    """In a zone by turns."""
    own = {
        "attributes": {"ecs.availability-zone": ZONES[number % 3], "ecs.ami-id": "ami-1"},
        "registered_at": NOW - timedelta(days=1),
    }
    return a_container_instance(number, **(own | changes))


def a_lost_host(number: int, **changes: Any) -> ContainerInstance:
    return a_host(number, agent_connected=False, **changes)


def a_member(number: int, **changes: Any) -> GroupMembership:
    return replace(GroupMembership(GROUP, "InService", zone=ZONES[number % 3], template=TEMPLATE), **changes)


def a_health(*hosts: ContainerInstance, policy: Policy | None = None, whole: bool = True, **changes: Any) -> Health:
    """Of these and as many others as make ten; not `whole`: only those that drain or lost their agent are listed."""
    given = {host.instance_id for host in hosts}
    others = [host for number in range(1, 11) if (host := a_host(number)).instance_id not in given]
    everybody = (*hosts, *others)[:10] if len(hosts) < 10 else hosts
    numbers = {host.instance_id: int(host.instance_id.removeprefix("i-"), base=16) for host in everybody}
    health = Health(
        cluster=a_cluster(policy or Policy(repair=Repair.ON)),
        listed=tuple(h for h in everybody if not h.agent_connected or h.status == "DRAINING"),
        members={i: a_member(number) for i, number in numbers.items()},
        capacity=(a_group(*everybody, max_size=12),),
        everybody=everybody if whole else None,
        launched={} if whole else None,
        ec2_impaired={} if whole else None,
        failed_starts={} if whole else None,
    )
    return replace(health, **changes)


def an_ill(number: int = 1, minutes: float = 11, **changes: Any) -> Watch:
    """Since so many minutes before NOW, by its agent."""
    since = NOW - timedelta(minutes=minutes)
    own: dict[str, Any] = {
        "signal": Signal.AGENT_LOST, "why": "its ECS agent is disconnected", "group": GROUP, "seen_at": NOW,
        "traits": ("AMI=ami-1", f"launch template={TEMPLATE}", f"zone={ZONES[number % 3]}"),
    }  # fmt: skip
    return replace(Watch(CLUSTER, WatchKind.ILL, an_id(number), since, **own), **changes)


def repairs(**changes: Any) -> Repairs:
    return replace(Repairs(CLUSTER, GROUP), **changes)


def seen(health: Health, *watches: Watch, **changes: Any) -> Seen:
    return replace(Seen(health, watches, {}, {}), **changes)
