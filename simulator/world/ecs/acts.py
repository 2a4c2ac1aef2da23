"""What a scenario lets happen in ECS: external hosts, several records of one instance, answers of a bad day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from simulator.world.core.records import Cluster, ContainerInstance, Instance, InstanceState, Shape, Status
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.answers import FOR_EVER, Refusal
from simulator.world.parts import Parts

CLUSTER_STATUSES = ("ACTIVE", "PROVISIONING", "DEPROVISIONING", "FAILED", "INACTIVE")
SHAPE = Shape()


class EcsActs(Parts):
    def add_external_instance(
        self,
        cluster: str,
        *,
        shape: Shape = SHAPE,
        tags: Mapping[str, str] | None = None,
        instance_id: str | None = None,
    ) -> Instance:
        """A host of ECS Anywhere: a managed node of Systems Manager (mi- and 17 hex digits) that EC2 does not know.

        Its agent goes and comes by `disconnect_agent` and `reconnect_agent`, as any other.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html (ec2InstanceId)
        """
        home = self.cluster(cluster)
        external = Instance(
            id=instance_id or f"mi-{self.hex(17)}",
            shape=shape,
            zone="",
            spot=False,
            launched_at_s=self.clock.now_s,
            private_ip=f"192.168.0.{len(self.registry.externals) % 250 + 4}",
            cluster=home,
            tags=dict(tags or {}),
            external=True,
            state=InstanceState.RUNNING,
        )
        self.registry.externals[external.id] = external
        host = self.registry.join(external, home, already_there=True)
        self.daemons.fill(host, already_running=True)
        return external

    def lose_agent_data(self, instance_id: str) -> ContainerInstance:
        """The agent starts without its data and registers again: a new record, and the old one stays as a ghost.

        Tasks of the old record go on as long as the host lives, and ECS goes on to count them.
        https://github.com/aws/amazon-ecs-agent/issues/782
        """
        host = self.host(instance_id)
        return self._register_again(host, host.cluster)

    def move_agent(self, instance_id: str, cluster: str) -> ContainerInstance:
        """The agent's ECS_CLUSTER is changed: it registers there, its old record stays as a ghost.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
        """
        return self._register_again(self.host(instance_id), self.cluster(cluster))

    def add_ghost(
        self,
        instance_id: str,
        cluster: str | None = None,
        *,
        tasks: int = 0,
        listed: Literal["first", "last"] = "first",
        registered_at_s: float = 0.0,
    ) -> ContainerInstance:
        """An older record of the instance, ACTIVE without an agent, with standalone tasks that ECS believes to run.

        https://github.com/aws/amazon-ecs-agent/issues/583
        """
        current = self.host(instance_id)
        home = current.cluster if cluster is None else self.cluster(cluster)
        ghost = self.registry.join(current.instance, home, already_there=True)
        ghost.registered_at_s = registered_at_s
        ghost.agent_connected = False  # since long: no event tells of it
        for _ in range(tasks):
            spec = TaskSpec(family="left-behind", cpu=128, memory_mib=128)
            self.tasks.start(ghost, spec, None, already_running=True)
        home.room.remove(ghost)
        self.registry.make_older(ghost, listed_first=listed == "first")
        return ghost

    def put_attributes(self, instance_id: str, attributes: Mapping[str, str | None]) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAttributes.html."""
        host = self.host(instance_id)
        host.attributes |= attributes
        for service in host.cluster.blocked.values():
            self.scheduler.touch(service)

    def answer_missing(self, *names: str, for_s: float = FOR_EVER, operations: Iterable[str] = ()) -> None:
        """Describe calls (or only `operations`) fail for these with the reason MISSING, though they are there.

        `names`: instance ids, ARNs, or the last part of one.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
        """
        for name in names:
            records = self.registry.records.get(name)
            for one in [record.arn for record in records] if records else [name]:
                until_s = self.clock.now_s + for_s
                self.ecs_answers.missing[one.rpartition("/")[2]] = (until_s, frozenset(operations))

    def lag_lists(self, cluster: str, by_s: float) -> None:
        """ListContainerInstances and ListTasks show what was `by_s` seconds ago; 0 ends it.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (eventual consistency)
        """
        self.ecs_answers.list_lag_s[self.cluster(cluster).name] = by_s

    def refuse(
        self,
        cluster: str,
        code: str = "AccessDeniedException",
        *,
        for_s: float = FOR_EVER,
        operations: Iterable[str] = (),
    ) -> None:
        """ECS answers every call (or only `operations`) on this one cluster with an error.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
        """
        self.ecs_answers.refusals.append(Refusal(cluster, code, frozenset(operations), self.clock.now_s + for_s))

    def set_cluster_status(self, cluster: str, status: str) -> None:
        """Only INACTIVE changes what else is answered: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html."""
        if status not in CLUSTER_STATUSES:
            raise ValueError(f"{status!r} is no status of a cluster; known: {', '.join(CLUSTER_STATUSES)}")
        self.clusters[cluster].status = status
        self.note("cluster_status", cluster=cluster, status=status)

    def _register_again(self, host: ContainerInstance, cluster: Cluster) -> ContainerInstance:
        if host.status is Status.INACTIVE:
            raise ValueError(f"{host.instance.id} is not registered any more")
        self.registry.set_agent(host, connected=False)
        host.instance.cluster = cluster
        return self.registry.join(host.instance, cluster)
