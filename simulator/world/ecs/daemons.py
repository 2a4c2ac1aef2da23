"""One daemon task on every active instance, and the last to leave a draining one."""

from __future__ import annotations

from functools import partial

from simulator.world.core.core import Core
from simulator.world.core.records import Cluster, ContainerInstance, Service, Status, Task
from simulator.world.ecs.container_instances import Change, Registry
from simulator.world.ecs.placement import fits
from simulator.world.ecs.scheduler import THINKS_S
from simulator.world.ecs.tasks import Tasks


class Daemons:
    def __init__(self, core: Core, registry: Registry, tasks: Tasks) -> None:
        self._core = core
        self._tasks = tasks
        registry.watchers.append(self._on_host_change)
        tasks.watchers.append(self._on_task)

    def fill(self, host: ContainerInstance, *, already_running: bool = False) -> None:
        """Every placeable instance gets one task of each daemon service.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (DAEMON)
        """
        if not host.placeable:
            return
        present = {task.service for task in host.unfinished.values()}
        for service in _daemon_services(host.cluster):
            if service not in present and fits(host, service.spec):
                self._tasks.start(host, service.spec, service, already_running=already_running)
                service.desired = len(service.tasks)

    def _on_host_change(self, host: ContainerInstance, change: Change) -> None:
        match change:
            case Change.JOINED | Change.STATUS | Change.AGENT:
                self._look_at(host)
            case _:
                pass

    def _on_task(self, task: Task) -> None:
        if task.last_status != "STOPPED":
            return
        if task.service is not None and task.service.daemon:
            task.service.desired = len(task.service.tasks)
            self._look_at(task.host)
        elif task.host.status is Status.DRAINING:
            self._look_at(task.host)

    def _look_at(self, host: ContainerInstance) -> None:
        if not any(_daemon_services(host.cluster)):
            return
        if host.placeable:
            self._core.clock.after(THINKS_S, partial(self.fill, host))
        elif host.status is Status.DRAINING:
            self._release(host)

    def _release(self, host: ContainerInstance) -> None:
        """Daemon tasks are stopped last, when nothing else is left on the draining instance.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
        """
        if all(task.is_daemon for task in host.unfinished.values()):
            for task in list(host.unfinished.values()):
                self._tasks.stop(
                    task,
                    code="ServiceSchedulerInitiated",
                    reason=f"Scaling activity initiated by (deployment {task.started_by})",
                    cause="drain",
                )


def _daemon_services(cluster: Cluster) -> list[Service]:
    return [service for service in cluster.services.values() if service.daemon]
