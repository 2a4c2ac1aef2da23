"""ECS managed instance draining: its own hook, its own drain, and nobody else's business.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
"""

from __future__ import annotations

from functools import partial

from simulator.world.autoscaling.group_records import Hook, LifecycleAction
from simulator.world.autoscaling.groups import Groups
from simulator.world.core.core import Core
from simulator.world.core.records import ContainerInstance, Instance, Status, Task
from simulator.world.ecs.container_instances import Change, Registry
from simulator.world.ecs.tasks import Tasks

HOOK_NAME = "ecs-managed-draining-termination-hook"
REACTION_SECONDS = (2.0, 6.0)
HEARTBEAT_EVERY_S = 1800.0


def managed_draining_hook() -> Hook:
    """The hook that ECS puts on the group of a provider with managed draining."""
    return Hook(HOOK_NAME, default_result="CONTINUE", heartbeat_timeout_s=3600)


class ManagedDraining:
    def __init__(self, core: Core, registry: Registry, tasks: Tasks, groups: Groups) -> None:
        self._core = core
        self._registry = registry
        self._groups = groups
        self._waiting: dict[str, LifecycleAction] = {}  # by container instance ARN
        groups.hooks.watchers.append(self._on_action)
        tasks.watchers.append(self._on_task)
        registry.watchers.append(self._on_host_change)

    def spot_warned(self, instance: Instance) -> None:
        """Managed draining covers Spot interruptions: ECS drains on the warning."""
        cluster = instance.cluster
        provider = cluster.providers.get(instance.capacity_provider or "") if cluster is not None else None
        if cluster is not None and provider is not None and provider.managed_draining:
            delay_s = self._core.between(REACTION_SECONDS)
            self._core.clock.after(delay_s, lambda: self._drain(cluster.by_ec2_id.get(instance.id)))

    def _on_action(self, action: LifecycleAction) -> None:
        if action.hook.name == HOOK_NAME:
            delay_s = self._core.between(REACTION_SECONDS)
            self._core.clock.after(delay_s, lambda: self._begin(action))

    def _begin(self, action: LifecycleAction) -> None:
        instance = action.member.instance
        host = instance.cluster.by_ec2_id.get(instance.id) if instance.cluster else None
        if host is None:
            self._complete(action)
            return
        self._drain(host)
        self._waiting[host.arn] = action
        self._beat_later(action)
        self._check(host)

    def _drain(self, host: ContainerInstance | None) -> None:
        if host is not None and host.status is Status.ACTIVE:
            self._registry.set_status(host, Status.DRAINING, actor="ecs")

    def _on_task(self, task: Task) -> None:
        if task.last_status == "STOPPED" and task.host.arn in self._waiting:
            self._check(task.host)

    def _on_host_change(self, host: ContainerInstance, change: Change) -> None:
        if change is Change.DEREGISTERED and host.arn in self._waiting:
            self._check(host)

    def _check(self, host: ContainerInstance) -> None:
        """Done when nothing but daemon tasks is left; standalone tasks are waited for, up to 48 hours."""
        if all(task.is_daemon for task in host.unfinished.values()):
            action = self._waiting.pop(host.arn)
            delay_s = self._core.between(REACTION_SECONDS)
            self._core.clock.after(delay_s, lambda: self._complete(action))

    def _complete(self, action: LifecycleAction) -> None:
        if _active(action):
            self._groups.hooks.complete(action, "CONTINUE", actor="ecs")

    def _beat_later(self, action: LifecycleAction) -> None:
        self._core.clock.after(HEARTBEAT_EVERY_S, partial(self._beat, action))

    def _beat(self, action: LifecycleAction) -> None:
        if _active(action):
            self._groups.hooks.heartbeat(action, actor="ecs")
            self._beat_later(action)


def _active(action: LifecycleAction) -> bool:
    return action.member.actions.get(action.hook.name) is action
