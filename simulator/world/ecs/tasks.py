"""How a task lives: from PROVISIONING to STOPPED, with its agent's consent."""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.core.capacity_records import WaitingTask
from simulator.world.core.core import Core, arn
from simulator.world.core.records import FORGOTTEN_AFTER_S, Cluster, ContainerInstance, Service, Task
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.container_instances import Registry
from simulator.world.ecs.task_counts import note_task, recount

BY_CONTROL_PLANE = ("DEACTIVATING",)  # the one step that needs no agent

FAILED_TO_START = "TaskFailedToStart"

type Watcher = Callable[[Task], None]


class Tasks:
    """Starts and stops tasks. Watchers hear when one runs, is told to stop, and has stopped.

    The life cycle: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
    """

    def __init__(self, core: Core, registry: Registry) -> None:
        self._core = core
        self._registry = registry
        self.watchers: list[Watcher] = []
        self.start_errors: dict[str, str] = {}  # why no task starts on an instance, by its id

    def start(
        self,
        host: ContainerInstance,
        spec: TaskSpec,
        service: Service | None,
        *,
        started_by: str | None = None,
        already_running: bool = False,
        provider: str | None = None,
        waited: WaitingTask | None = None,
    ) -> Task:
        """Take the room on `host` and begin; an `already_running` task has been there before the story begins.

        `provider`: the capacity provider that places it. What `waited` for room is the same task now.
        """
        cluster = host.cluster
        task = Task(
            arn=waited.arn if waited else arn("ecs", f"task/{cluster.name}/{self._core.hex(32)}"),
            host=host,
            spec=spec,
            service=service,
            group=f"service:{service.name}" if service else f"family:{spec.family}",
            started_by=service.deployment_id if service else started_by,
            created_at_s=waited.created_at_s if waited else self._core.clock.now_s,
            provider=provider,
        )
        if service is not None:
            service.tasks[task.arn] = task
            zone = host.instance.zone
            service.per_zone[zone] = service.per_zone.get(zone, 0) + 1
            service.per_host[host.number] = service.per_host.get(host.number, 0) + 1
            if service.protected_for_s is not None:
                task.protected_until_s = self._core.clock.now_s + service.protected_for_s
        cluster.tasks[task.arn] = task
        host.unfinished[task.arn] = task
        host.free_cpu -= spec.cpu
        host.free_memory_mib -= spec.memory_mib
        host.free_gpus -= spec.gpus
        host.free_enis -= spec.awsvpc
        host.ports.update(spec.host_ports)
        if already_running:
            self._enter(task, "RUNNING", quietly=True)
            cluster.room.put(host, host.instance.zone)
            return task
        note_task(self._core, "task_placed", task)
        task.steps = [("PROVISIONING", 0.5), ("PENDING", self._core.between(spec.start_seconds))]
        if spec.deregistration_delay_s > 0:
            task.steps.append(("ACTIVATING", 2.0))
        task.steps.append(("RUNNING", 0.0))
        self.step(task)
        self._registry.changed(host)
        return task

    def stop(self, task: Task, *, code: str, reason: str, cause: str) -> None:
        """Order a task to stop: DEACTIVATING while the load balancer lets go, then SIGTERM, then clean-up.

        What is still PENDING stops at once. A task that is already told to stop is left alone.
        """
        if task.desired_status == "STOPPED":
            return
        was_running = task.last_status == "RUNNING"
        task.desired_status = "STOPPED"
        task.stop_code, task.stopped_reason, task.stop_cause = code, reason, cause
        task.stopping_at_s = self._core.clock.now_s
        note_task(self._core, "task_stopping", task, cause=cause, protected=self._protected(task))
        if task.timer is not None:
            task.timer.cancel()
        task.steps = [("DEPROVISIONING", 1.0), ("STOPPED", 0.0)]
        if was_running:
            task.steps.insert(0, ("STOPPING", self._core.between(task.spec.stop_seconds)))
            if task.spec.deregistration_delay_s > 0:
                task.steps.insert(0, ("DEACTIVATING", task.spec.deregistration_delay_s))
        recount(self._core, task)
        if task in task.host.parked:
            task.host.parked.remove(task)
        if not task.dead:
            self.step(task)
        self._tell(task)

    def finish(self, task: Task, *, cause: str, interrupted: bool) -> None:
        """The task is STOPPED: give its room back; the caller announces the container instance."""
        host, service = task.host, task.service
        if task.timer is not None:
            task.timer.cancel()
        task.desired_status = "STOPPED"
        task.stopped_at_s = self._core.clock.now_s
        self._enter(task, "STOPPED")
        del host.unfinished[task.arn]
        host.free_cpu += task.spec.cpu
        host.free_memory_mib += task.spec.memory_mib
        host.free_gpus += task.spec.gpus
        host.free_enis += task.spec.awsvpc
        host.ports.difference_update(task.spec.host_ports)
        if service is not None:
            del service.tasks[task.arn]
            service.leaving.pop(task.arn, None)
            service.per_zone[host.instance.zone] -= 1
            service.per_host[host.number] -= 1
        self._forget_old(host.cluster, task)
        if not task.dead:
            note_task(self._core, "task_stopped", task, cause=cause, interrupted=interrupted)
        self._tell(task)

    def step(self, task: Task) -> None:
        """Go to the next status; without an agent the control plane alone cannot. One that ended meanwhile stays so."""
        if task.last_status == "STOPPED":
            return
        status, lasts_s = task.steps[0]
        host = task.host
        stuck = host.instance.fault == "starts_nothing" and status == "RUNNING"
        if stuck or (not host.agent_connected and status not in BY_CONTROL_PLANE):
            host.parked.append(task)
            return
        del task.steps[0]
        error = "TaskFailedToStart: CannotStartContainerError" if task.spec.fails else None
        error = error or self.start_errors.get(host.instance.id)
        if status == "RUNNING" and error:
            task.stop_code, task.stopped_reason = FAILED_TO_START, error
            self.finish(task, cause="failed_to_start", interrupted=False)
            self._registry.changed(host)
            return
        if status == "STOPPED":
            self.finish(task, cause=task.stop_cause, interrupted=False)
            self._registry.changed(host)
            return
        self._enter(task, status)
        if status == "RUNNING":
            self._tell(task)
        else:
            task.timer = self._core.clock.after(lasts_s, lambda: self.step(task))

    def _protected(self, task: Task) -> bool:
        return task.protected_until_s is not None and task.protected_until_s > self._core.clock.now_s

    def _enter(self, task: Task, status: str, *, quietly: bool = False) -> None:
        task.last_status = status
        task.version += 1
        if status == "RUNNING":
            task.started_at_s = self._core.clock.now_s
            note_task(self._core, "task_started", task)
        recount(self._core, task, quietly=quietly)

    def _tell(self, task: Task) -> None:
        for watcher in self.watchers:
            watcher(task)

    def _forget_old(self, cluster: Cluster, task: Task) -> None:
        """STOPPED tasks are shown for about an hour.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
        """
        cluster.stopped.append(task)
        task.host.ended.append(task)
        forgotten_before_s = self._core.clock.now_s - FORGOTTEN_AFTER_S
        while (cluster.stopped[0].stopped_at_s or 0.0) < forgotten_before_s:
            forgotten = cluster.stopped.popleft()
            forgotten.host.ended.popleft()
            del cluster.tasks[forgotten.arn]
