"""How an instance joins ECS, what its status and agent do, and when ECS forgets it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from simulator.world.core.core import Core, arn
from simulator.world.core.records import FORGOTTEN_AFTER_S, Cluster, ContainerInstance, Instance, InstanceState, Status
from simulator.world.ec2.instances import Ec2
from simulator.world.ecs.container_instance_shapes import state_change_detail

JOIN_SECONDS = (60.0, 120.0)  # from launch until the agent has registered
DEREGISTER_SECONDS = (5.0, 60.0)  # from terminated until ECS has noticed


class Change(StrEnum):
    JOINED = "joined"
    STATUS = "status"
    AGENT = "agent"
    HOST_ENDS = "host ends"
    DEREGISTERED = "deregistered"


type Watcher = Callable[[ContainerInstance, Change], None]


class Registry:
    """The container instances of all clusters. Watchers hear in the order in which they were added."""

    def __init__(self, core: Core, ec2: Ec2) -> None:
        self._core = core
        self._registered = 0
        self.watchers: list[Watcher] = []
        self.may_join: Callable[[Instance], bool] = lambda _: True  # see AgentStarts
        self.externals: dict[str, Instance] = {}  # ECS Anywhere, by their id in Systems Manager
        self.records: dict[str, list[ContainerInstance]] = {}  # of an instance, in all clusters, the newest last
        self.next_ids: list[str] = []  # what the next container instances are called, if not by chance
        ec2.watchers.append(self._on_instance_state)

    def join(self, instance: Instance, cluster: Cluster, *, already_there: bool = False) -> ContainerInstance:
        """A record of the instance in the cluster, from now on the one that its agent speaks for."""
        previous = cluster.by_ec2_id.get(instance.id)
        if previous is not None:
            cluster.ghosts.setdefault(instance.id, []).append(previous)
        self._registered += 1
        number = self.next_ids.pop(0) if self.next_ids else self._core.hex(32)
        host = ContainerInstance(
            arn=arn("ecs", f"container-instance/{cluster.name}/{number}"),
            number=self._registered,
            cluster=cluster,
            instance=instance,
            registered_at_s=self._core.clock.now_s,
            free_cpu=instance.shape.cpu,
            free_memory_mib=instance.shape.memory_mib,
            free_gpus=instance.shape.gpus,
            free_enis=instance.shape.trunk_enis if instance.trunk else instance.shape.task_enis,
            tags={},
        )
        if instance.fault == "registration_failed":
            host.status = Status.REGISTRATION_FAILED
        cluster.container_instances[host.arn] = host
        self.records.setdefault(instance.id, []).append(host)
        cluster.by_ec2_id[instance.id] = host
        if host.placeable:
            cluster.room.put(host, instance.zone)
        told = {"cluster": cluster.name, "instance": instance.id, "host": host.arn, "status": host.status.value}
        self._core.note("instance_joined", **told, already_there=already_there)
        if not already_there:
            self.changed(host, Change.JOINED)
        return host

    def make_older(self, host: ContainerInstance, *, listed_first: bool) -> None:
        """Another record of its instance is the one that counts; where the two are listed is anybody's guess."""
        instance_id, cluster = host.instance.id, host.cluster
        records = self.records[instance_id]
        records.remove(host)
        records.insert(0, host)
        self._index(instance_id, cluster)
        if listed_first:
            rest = dict(cluster.container_instances)
            cluster.container_instances.clear()
            cluster.container_instances |= {host.arn: host} | rest

    def set_status(self, host: ContainerInstance, status: Status, *, actor: str) -> None:
        """Nothing happens, and no event is sent, when it already has that status."""
        old = host.status
        if old is status:
            return
        host.status = status
        self._core.note(
            "container_instance_status",
            cluster=host.cluster.name,
            instance=host.instance.id,
            host=host.arn,
            old=old.value,
            new=status.value,
            actor=actor,
        )
        self.changed(host, Change.STATUS)

    def set_agent(self, host: ContainerInstance, *, connected: bool) -> None:
        """An agent that is gone reports nothing and is told nothing, and its host gets no new tasks.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html
        """
        if host.agent_connected == connected or host.status is Status.INACTIVE:
            return
        host.agent_connected = connected
        self._core.note("agent", instance=host.instance.id, connected=connected)
        self.changed(host, Change.AGENT)

    def deregister(self, host: ContainerInstance, *, actor: str) -> None:
        if host.status is Status.INACTIVE:
            return
        cluster = host.cluster
        host.status = Status.INACTIVE
        host.agent_connected = False
        host.deregistered_at_s = self._core.clock.now_s
        self.records[host.instance.id].remove(host)
        self._index(host.instance.id, cluster)
        self._core.note(
            "container_instance_deregistered",
            cluster=cluster.name,
            instance=host.instance.id,
            host=host.arn,
            actor=actor,
        )
        self.changed(host, Change.DEREGISTERED)
        self._core.clock.after(FORGOTTEN_AFTER_S, lambda: self._forget(host))

    def _index(self, instance_id: str, cluster: Cluster) -> None:
        """Of several records the newest stands for the instance."""
        left = [record for record in self.records[instance_id] if record.cluster is cluster]
        cluster.by_ec2_id.pop(instance_id, None)
        cluster.ghosts.pop(instance_id, None)
        if left:
            cluster.by_ec2_id[instance_id] = left[-1]
        if left[:-1]:
            cluster.ghosts[instance_id] = left[:-1]

    def _forget(self, host: ContainerInstance) -> None:
        del host.cluster.container_instances[host.arn]

    def changed(self, host: ContainerInstance, change: Change | None = None) -> None:
        """Count the version up, tell the world, and let the watchers react; `None`: a task came or went.

        Triggers: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html
        The page does not list DRAINING; that it is announced as well is what published tools rely on.
        """
        host.version += 1
        if host.placeable:
            host.cluster.room.put(host, host.instance.zone)
        else:
            host.cluster.room.remove(host)
        if self._core.heard:
            self._core.emit(
                "aws.ecs",
                "ECS Container Instance State Change",
                [host.arn],
                state_change_detail(host, self._core.iso(self._core.clock.now_s)),
            )
        if change is not None:
            for watcher in self.watchers:
                watcher(host, change)

    def _on_instance_state(self, instance: Instance) -> None:
        if instance.state is InstanceState.PENDING:
            delay_s = self._core.between(instance.join_seconds or JOIN_SECONDS)
            self._core.clock.after(delay_s, lambda: self._join_if_alive(instance))
        for host in list(self.records.get(instance.id, ())):
            match instance.state:
                case InstanceState.SHUTTING_DOWN | InstanceState.STOPPING:
                    self._host_ends(host)
                case InstanceState.TERMINATED if host.end_noticed:
                    delay_s = self._core.between(DEREGISTER_SECONDS)
                    self._core.clock.after(delay_s, partial(self.deregister, host, actor="ecs"))
                case _:
                    pass

    def _join_if_alive(self, instance: Instance) -> None:
        if instance.cluster is not None and instance.state is InstanceState.RUNNING and self.may_join(instance):
            self.join(instance, instance.cluster)

    def _host_ends(self, host: ContainerInstance) -> None:
        """ECS deregisters a terminated instance only if its agent was connected; otherwise it stays as a ghost.

        "If you terminate a running container instance with a connected agent, ECS automatically deregisters it.
        Stopped container instances or instances with disconnected agents are not."
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
        """
        terminated = host.instance.state is InstanceState.SHUTTING_DOWN
        host.end_noticed = terminated and host.agent_connected
        for watcher in self.watchers:
            watcher(host, Change.HOST_ENDS)
        self.set_agent(host, connected=False)
