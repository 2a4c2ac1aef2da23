"""When an ECS agent registers or connects again: after a start, out of a warm pool, past a launch hook.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-versions.html: stopped (not terminated), the
container instance stays as it was with its agent disconnected; started again, "the container agent reconnects".
"""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.autoscaling.readings import Readings
from simulator.world.core.core import Core
from simulator.world.core.records import ContainerInstance, Instance, InstanceState, Status
from simulator.world.ecs.container_instances import Registry
from simulator.world.ecs.tasks import Tasks

AGENT_SECONDS = (5.0, 20.0)  # from what lets the agent start until it is connected


class AgentStarts:
    def __init__(self, core: Core, groups: Groups, registry: Registry, tasks: Tasks, readings: Readings) -> None:
        self._core = core
        self._groups = groups
        self._registry = registry
        self._tasks = tasks
        self._readings = readings
        self._held: set[str] = set()  # instance ids
        registry.may_join = self.may_join
        groups.watchers.append(self._on_lifecycle_state)

    def may_join(self, instance: Instance) -> bool:
        """The agent starts: whether it registers as a new container instance, which is then the caller's to do."""
        member = self._groups.member(instance.id)
        if member is not None and self._held_back(member):
            self._held.add(instance.id)
            return False
        return self._is_new(instance, keeps=self._readings.restart_keeps_record)

    def root_volume(self, instance: Instance, up: bool) -> None:  # noqa: FBT001 - a watcher of RootVolumes
        """The system goes down with its tasks, and comes up with another root volume."""
        if not up:
            host = self._known(instance)
            if host is not None:
                for task in list(host.unfinished.values()):
                    interrupted = task.counted == "running" and not task.is_daemon
                    self._tasks.finish(task, cause="root_volume", interrupted=interrupted)
                self._registry.set_agent(host, connected=False)
            return
        delay_s = self._core.between(AGENT_SECONDS)
        self._core.clock.after(delay_s, lambda: self._start(instance, keeps=self._readings.new_root_keeps_record))

    def _on_lifecycle_state(self, member: Member) -> None:
        """What was held back may start now."""
        if member.state == "InService" and member.instance.id in self._held:
            self._held.discard(member.instance.id)
            keeps = self._readings.restart_keeps_record
            delay_s = self._core.between(AGENT_SECONDS)
            self._core.clock.after(delay_s, lambda: self._start(member.instance, keeps=keeps))

    def _held_back(self, member: Member) -> bool:
        if member.warm:
            return not self._readings.warm_instances_register
        return member.state.startswith("Pending:") and not self._readings.joins_while_waiting

    def _start(self, instance: Instance, *, keeps: bool) -> None:
        if instance.cluster is None or instance.state is not InstanceState.RUNNING:
            return
        if self._is_new(instance, keeps=keeps):
            self._registry.join(instance, instance.cluster)

    def _is_new(self, instance: Instance, *, keeps: bool) -> bool:
        host = self._known(instance)
        if host is None or (not keeps and not host.agent_connected):
            return True
        self._reconnect(host)
        return False

    def _reconnect(self, host: ContainerInstance) -> None:
        """The same container instance with the status it had; tasks that ended with the system are reported now."""
        if host.agent_connected:
            return
        for task in [task for task in host.unfinished.values() if task.dead]:
            self._tasks.finish(task, cause=task.stop_cause or "lost", interrupted=False)
        self._registry.set_agent(host, connected=True)

    def _known(self, instance: Instance) -> ContainerInstance | None:
        host = instance.cluster.by_ec2_id.get(instance.id) if instance.cluster is not None else None
        return host if host is not None and host.status is not Status.INACTIVE else None
