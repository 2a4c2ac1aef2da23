"""Container instances: as they registered, what is free on them, and in which state they are."""

from __future__ import annotations

from ballast_cli.dump.records import Dump, Host
from simulator.world import World
from simulator.world.core.core import arn
from simulator.world.core.records import ContainerInstance, Status

TRUNK = "ecs.awsvpc-trunk-id"
PLACED = (Status.ACTIVE, Status.DRAINING)


def host_arn(dump: Dump, host: str) -> str:
    return arn("ecs", f"container-instance/{dump.cluster.name}/{host}")


def add_hosts(world: World, dump: Dump) -> None:
    """In the order in which they registered, so that of several of one instance the newest counts."""
    cluster = world.clusters[dump.cluster.name]
    for each in sorted(dump.hosts, key=lambda host: (host.registered_at, host.id)):
        instance = world.ec2.instances[each.instance]
        instance.trunk = TRUNK in each.attributes
        world.registry.next_ids = [each.id]
        host = world.registry.join(instance, cluster, already_there=True)
        host.registered_at_s = world.clock.seconds(each.registered_at)
        host.tags, host.attributes = dict(each.tags), dict(each.attributes)
        host.free_gpus = each.gpus


def set_states(world: World, dump: Dump) -> None:
    """After the tasks are placed: what is free is as ECS says, whatever it reserved for."""
    cluster = world.clusters[dump.cluster.name]
    for each in dump.hosts:
        host = cluster.container_instances[host_arn(dump, each.id)]
        host.free_cpu, host.free_memory_mib, host.free_gpus = each.free_cpu, each.free_memory_mib, each.free_gpus
        host.ports |= set(each.ports)
        _set_state(world, host, each)
        if host.placeable:
            cluster.room.put(host, host.instance.zone)
        else:
            cluster.room.remove(host)


def _set_state(world: World, host: ContainerInstance, each: Host) -> None:
    if "CONTAINER_RUNTIME" in each.impaired:
        world.host_health.runtime[host.arn] = ("IMPAIRED", world.clock.now_s)
    if not each.agent_connected:
        world.registry.set_agent(host, connected=False)
        if "AGENT_CONNECTIVITY" in each.impaired:
            world.host_health.away_for_long(host)
    status = Status(each.status) if each.status in Status else Status.ACTIVE
    if status is Status.DRAINING:
        world.registry.set_status(host, status, actor="somebody")
    elif status not in PLACED:
        host.status = status
