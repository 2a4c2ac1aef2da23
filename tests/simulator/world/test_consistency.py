"""Whatever happens, the world's indices agree with what there is."""

from __future__ import annotations

from math import floor
from random import Random

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.records import Cluster
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world, drain


def a_busy_world(seed: int) -> World:
    world = a_world(seed)
    world.add_group("web", CLUSTER, desired=30, maximum=50, spot=True, hooks=[Hook("ballast-drain", "ABANDON", 300)])
    world.add_group("batch", CLUSTER, desired=10, managed_draining=True, managed_scaling=True)
    for number in range(6):
        world.add_service(
            CLUSTER,
            f"api-{number}",
            desired=15 + number,
            cpu=400,
            memory_mib=900 + 300 * number,
            minimum_healthy_percent=(100, 50, 0)[number % 3],
            maximum_percent=(200, 150, 100)[number // 2],
            deregistration_delay_s=20.0 * number,
            host_port=9000 if number == 5 else None,
            protected=number == 4,
        )
    world.add_service(CLUSTER, "agent", daemon=True, cpu=64, memory_mib=64)
    return world


def one_random_act(world: World, chance: Random) -> None:
    instance_id = chance.choice(list(world.ec2.instances))
    host = world.find_host(instance_id)
    match chance.randrange(9):
        case 0:
            world.warn_spot(instance_id)
        case 1:
            world.disconnect_agent(instance_id, for_s=chance.choice((None, 30, 600)))
        case 2:
            world.reconnect_agent(instance_id)
        case 3:
            world.scale_in(chance.choice(("web", "batch")))
        case 4:
            world.set_desired("web", chance.randrange(20, 50))
        case 5:
            chance.choice((world.stop_instance, world.terminate_instance))(instance_id)
        case 6 if host is not None:
            drain(world, instance_id)
        case 7 if host is not None:
            world.handle(
                "ecs",
                "DeregisterContainerInstance",
                {"cluster": CLUSTER, "containerInstance": host.arn, "force": True},
            )
        case _:
            world.stop_task(chance.choice(list(world.clusters[CLUSTER].tasks)))


def check(cluster: Cluster) -> None:
    for host in cluster.container_instances.values():
        tasks = host.unfinished.values()
        assert host.free_cpu == host.instance.shape.cpu - sum(task.spec.cpu for task in tasks) >= 0
        assert host.free_memory_mib == host.instance.shape.memory_mib - sum(t.spec.memory_mib for t in tasks) >= 0
        assert host.running == sum(task.counted == "running" for task in tasks)
        assert host.pending == sum(task.counted == "pending" for task in tasks)
        assert host.ports == {task.spec.host_port for task in tasks if task.spec.host_port}
    assert set(cluster.room) == {host for host in cluster.container_instances.values() if host.placeable}
    for service in cluster.services.values():
        wanted = [task for task in service.tasks.values() if task.desired_status == "RUNNING"]
        assert service.running + service.pending == len(wanted)
        leaving = {task.arn for task in wanted if task.host.status == "DRAINING" and not task.is_daemon}
        assert set(service.leaving) == leaving
        assert service.daemon or len(service.tasks) <= floor(service.maximum_percent * service.desired / 100)


@pytest.mark.parametrize("seed", range(5))
def test_two_hours_of_chaos_leave_every_index_right(seed: int) -> None:
    world = a_busy_world(seed)
    chance = Random(seed)  # noqa: S311 - a simulation wants a seed

    for minute in range(120):
        world.clock.run_until(minute * 60)
        one_random_act(world, chance)
        check(world.clusters[CLUSTER])
