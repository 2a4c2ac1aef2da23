"""What goes wrong on one host, and signals that say so of hosts that are well; see docs/simulator.md."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.world.core.records import Cluster, ContainerInstance, Status
from simulator.world.ecs.container_instances import Change
from simulator.world.parts import Parts

STARTS_NOTHING = "starts_nothing"
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
START_ERRORS = {
    "CannotPullContainerError": "failed to register layer: write /usr/lib/libc.so: no space left on device",
    "CannotCreateContainerError": "API error (500): devmapper: Thin Pool has 4350 free data blocks",
    "CannotStartContainerError": "failed to get container status",
    "ContainerRuntimeTimeoutError": "Could not transition to started; timed out after waiting 3m0s",
    "ResourceInitializationError": "unable to pull secrets or registry auth",
}


@dataclass(slots=True, eq=False)
class _Blindness:
    """ECS does not see the agents of a cluster, or of one zone of it, though they and their tasks are well."""

    cluster: Cluster
    zone: str | None
    hidden: list[ContainerInstance] = field(default_factory=list)
    is_over: bool = False

    def hides(self, host: ContainerInstance) -> bool:
        return not self.is_over and host.cluster is self.cluster and self.zone in (None, host.instance.zone)


class IllnessActs(Parts):
    def tell_health(self, *, agent_after_s: float | None = None) -> None:
        """From now on ECS sends its "ECS Container Instance Health Change" events; answers have the health anyway.

        `agent_after_s`: how long an agent is away before AGENT_CONNECTIVITY is impaired, which AWS does not publish;
        otherwise `world.readings.agent_impaired_late` says which of 300 and 900.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_health_events.html
        """
        self.host_health.tells = True
        self.host_health.agent_after_s = agent_after_s

    def break_runtime(self, instance_id: str, for_s: float | None = None) -> None:
        """Docker does not answer any more: CONTAINER_RUNTIME is impaired, and new tasks stay PENDING. What runs runs on.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-health.html
        """
        host = self.find_host(instance_id)
        if host is None or host.instance.going:
            return
        host.instance.fault = STARTS_NOTHING
        self.note("runtime_broken", instance=instance_id)
        self.host_health.runtime[host.arn] = ("IMPAIRED", self.clock.now_s)
        self.host_health.changed(host)
        if for_s is not None:
            self.clock.after(for_s, lambda: self.mend_runtime(instance_id))

    def mend_runtime(self, instance_id: str) -> None:
        """It answers again, and what was PENDING starts."""
        host = self.find_host(instance_id)
        if host is None or host.instance.fault != STARTS_NOTHING:
            return
        host.instance.fault = None
        self.note("runtime_mended", instance=instance_id)
        self.host_health.runtime[host.arn] = ("OK", self.clock.now_s)
        self.host_health.changed(host)
        if host.agent_connected:
            parked, host.parked = host.parked, []
            for task in parked:
                self.tasks.step(task)

    def fail_starts(
        self, instance_id: str, error: str = "CannotPullContainerError", *, for_s: float | None = None
    ) -> None:
        """Tasks placed on this host, and on no other, fail to start: stopCode TaskFailedToStart, the error as its reason.

        For ECS the host is well, and being the emptiest it is where the next task goes.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
        """
        self.tasks.start_errors[instance_id] = f"{error}: {START_ERRORS[error]}"
        self.note("starts_fail", instance=instance_id, error=error)
        if for_s is not None:
            self.clock.after(for_s, lambda: self.mend_starts(instance_id))

    def mend_starts(self, instance_id: str) -> None:
        if self.tasks.start_errors.pop(instance_id, None):
            self.note("starts_work", instance=instance_id)

    def blind_agents(self, cluster: str, for_s: float, *, zone: str | None = None) -> None:
        """A wrong signal: ECS says `agentConnected` false of every host (of the zone), though agents and tasks are well.

        Also of what registers meanwhile; afterwards all come back. Hosts without an agent get no new tasks.
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html (agentConnected)
        """
        blindness = _Blindness(self.cluster(cluster), zone)
        self.note("agents_hidden", cluster=cluster, zone=zone, for_s=for_s)

        def hide(host: ContainerInstance) -> None:
            if blindness.hides(host) and host.agent_connected and not host.instance.going:
                blindness.hidden.append(host)
                self.registry.set_agent(host, connected=False)

        def joined(host: ContainerInstance, change: Change) -> None:
            if change is Change.JOINED and blindness.hides(host):
                self.clock.after(5.0, lambda: hide(host))

        def end() -> None:
            blindness.is_over = True
            self.note("agents_seen", cluster=cluster, zone=zone)
            for host in blindness.hidden:
                if not host.instance.going and host.status is not Status.INACTIVE:
                    self.registry.set_agent(host, connected=True)

        for host in list(blindness.cluster.container_instances.values()):
            hide(host)
        self.registry.watchers.append(joined)
        self.clock.after(for_s, end)
