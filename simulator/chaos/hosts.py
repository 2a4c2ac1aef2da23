"""Who is who: hosts that are not EC2's, hosts with several records, and clusters and groups that share."""

from __future__ import annotations

from simulator.chaos.draw import Act
from simulator.stage import MANAGED
from simulator.world.core.records import ContainerInstance, Status

SECOND = "edge"  # a managed cluster beside prod
STRANGER = "unmanaged"
OF_A_CLUSTER = ("AccessDeniedException", "ThrottlingException", "ServerException")


def external_hosts(act: Act) -> None:
    world = act.where.world
    hosts = [world.add_external_instance("prod").id for _ in act.times(1, 3)]
    world.add_service("prod", "on-premises", desired=2, cpu=128, memory_mib=128, launch_type="EXTERNAL")
    for _ in act.times(1, 4):
        act.at_some_time("agent lost", lambda: _disconnect(act, act.rng.choice(hosts)))
    if act.rng.random() < 0.3:
        act.at_some_time("drained by somebody", lambda: _drain(act, hosts[0]))


def older_records(act: Act) -> None:
    def ghost() -> str | None:
        instance = act.registered()
        if instance is not None:
            tasks = act.rng.choice((0, 0, 1))
            if act.where.world.host(instance).status is Status.DRAINING:
                tasks = 0  # it may have been seen empty, and no task appears that was not there before
            act.where.world.add_ghost(instance, tasks=tasks, listed="first" if act.rng.random() < 0.5 else "last")
        return instance

    for _ in act.times(1, 3):
        act.at_some_time("an older record", ghost, until=40)


def lost_agent_data(act: Act) -> None:
    def lose() -> str | None:
        instance = act.registered()
        if instance is not None:
            act.where.world.lose_agent_data(instance)
        return instance

    for _ in act.times(1, 2):
        act.at_some_time("registers again", lose, until=50)


def moved_agents(act: Act) -> None:
    _second_cluster(act)
    for _ in act.times(1, 2):
        act.at_some_time(f"moves to {SECOND}", lambda: _move(act, SECOND), until=40)


def agents_moved_to_strangers(act: Act) -> None:
    """To a cluster that Ballast does not look after, and cannot look into for a while."""

    def refuse() -> str:
        code, for_s = act.rng.choice(OF_A_CLUSTER), act.rng.uniform(60, 900)
        act.where.world.refuse(STRANGER, code, for_s=for_s)
        return f"{STRANGER} {code} for {for_s:.0f} s"

    for _ in act.times(1, 2):
        act.at_some_time(f"moves to {STRANGER}", lambda: _move(act, STRANGER), until=40)
    for _ in act.times(1, 2):
        act.at_some_time("cannot be asked", refuse, until=45)


def shared_group(act: Act) -> None:
    """Half of its instances serve one managed cluster, half another."""
    _second_cluster(act)
    _share(act, "shared", SECOND)
    act.where.world.add_service(SECOND, "edge-web", desired=4, memory_mib=1024, stop_seconds=(10.0, 200.0))
    _scale_in(act, "shared")


def half_unmanaged_group(act: Act) -> None:
    """Half of its instances serve a cluster that Ballast does not look after."""
    _share(act, "half-ours", STRANGER)
    act.where.world.add_service(STRANGER, "theirs", desired=4, memory_mib=1024, stop_seconds=(10.0, 200.0))
    _scale_in(act, "half-ours")


def strangers(act: Act) -> None:
    """What happens to instances of a cluster that is not managed is none of Ballast's business."""
    world = act.where.world

    def trouble() -> str | None:
        ids = [i for i in act.where.instances("others") if not world.ec2.instances[i].going]
        if not ids:
            return None
        instance = act.rng.choice(ids)
        match act.rng.randrange(6):
            case 0:
                world.warn_spot(instance)
            case 1:
                world.scale_in("others")
            case 2:
                world.recommend_rebalance(instance)
            case 3:
                world.disconnect_agent(instance, for_s=1200.0)
            case 4:
                world.drain_by_somebody_else(instance)
            case _:
                world.stop_instance(instance)
        return instance

    for _ in act.times(2, 5):
        act.at_some_time("trouble of a stranger", trouble)


def managed_instances(act: Act) -> None:
    """Events of ECS Managed Instances, which ECS drains and replaces by itself."""
    world = act.where.world

    def trouble() -> str | None:
        ids = [i.id for i in world.ec2.instances.values() if i.ecs_managed and not i.going]
        if not ids:
            return None
        instance = act.rng.choice(ids)
        match act.rng.randrange(3):
            case 0:
                world.recommend_rebalance(instance)
            case 1:
                world.disconnect_agent(instance, for_s=900.0)
            case _:
                world.warn_spot(instance)
        return instance

    for _ in act.times(1, 3):
        act.at_some_time("trouble of a Managed Instance", trouble)


def _move(act: Act, to: str) -> str | None:
    instance = act.registered()
    if instance is None or act.where.world.host(instance).cluster.name != "prod":
        return None
    act.where.world.move_agent(instance, to)
    return instance


def _second_cluster(act: Act) -> None:
    if SECOND not in act.where.world.clusters:
        act.where.world.add_cluster(SECOND, MANAGED)


def _share(act: Act, group: str, other: str) -> None:
    world = act.where.world
    world.add_group(group, "prod", desired=act.rng.randint(4, 6), tags=MANAGED)
    for instance in act.where.instances(group)[::2]:
        _register_elsewhere(act, world.host(instance), other)


def _register_elsewhere(act: Act, host: ContainerInstance, other: str) -> None:
    """As if its user data had always named the other cluster."""
    registry = act.where.world.registry
    registry.deregister(host, actor="ecs")
    host.instance.cluster = act.where.world.cluster(other)
    registry.join(host.instance, host.instance.cluster, already_there=True)


def _scale_in(act: Act, group: str) -> None:
    def scale_in() -> str | None:
        if group not in act.where.world.groups.groups:  # somebody deleted it
            return None
        act.where.world.scale_in(group)
        return group

    for _ in act.times(1, 3):
        act.at_some_time("scale-in", scale_in)


def _disconnect(act: Act, host: str) -> str:
    act.where.world.disconnect_agent(host, for_s=act.rng.choice((120.0, 900.0, 1500.0)))
    return host


def _drain(act: Act, host: str) -> str:
    act.where.world.drain_by_somebody_else(host)
    return host
