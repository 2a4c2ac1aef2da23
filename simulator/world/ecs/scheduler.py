"""What the service scheduler does: keeps the desired number of replicas and empties DRAINING instances."""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.core.core import Core
from simulator.world.core.records import Cluster, ContainerInstance, Service, Status, Task
from simulator.world.ecs.container_instances import Change, Registry
from simulator.world.ecs.placement import find_host, why_nothing_fits
from simulator.world.ecs.service_events import announce
from simulator.world.ecs.tasks import Tasks
from simulator.world.ecs.waiting import Waiting

THINKS_S = 1.5  # from a change until the scheduler has acted on it; changes in between are one
FAILURE_EVERY_S = 60.0

type Blocked = Callable[[Service], bool]


class Scheduler:
    """Looks at a service only when something about it, or about the room it waits for, has changed."""

    def __init__(self, core: Core, registry: Registry, tasks: Tasks) -> None:
        self._core = core
        self._tasks = tasks
        self.waiting = Waiting(core, tasks)
        self.waiting.touch = self.touch
        self.watchers: list[Callable[[Service], None]] = []  # hear of each look at a service
        self.first_to_go: Callable[[Service], str | None] = lambda _service: None  # a zone; see ZoneRebalancing
        self.held: Blocked = lambda _service: False  # starts nothing for now; see Deployments
        self.grows: Blocked = lambda _service: False  # asks managed scaling for room
        registry.watchers.append(self._on_host_change)
        tasks.watchers.append(self._on_task)

    def touch(self, service: Service) -> None:
        if not service.evaluation_due and not service.daemon:
            service.evaluation_due = True
            self._core.clock.after(THINKS_S, lambda: self._evaluate(service))

    def _on_host_change(self, host: ContainerInstance, change: Change) -> None:
        match change:
            case Change.STATUS:
                self._on_status(host)
            case Change.JOINED | Change.AGENT if host.placeable:
                self._room_appears(host.cluster)
            case _:
                pass

    def _on_status(self, host: ContainerInstance) -> None:
        """A drain stops PENDING service tasks at once and moves RUNNING ones; ACTIVE again keeps them.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
        """
        for task in list(host.unfinished.values()):
            service = task.service
            if service is None or service.daemon or task.desired_status == "STOPPED":
                continue
            if host.status is Status.DRAINING:
                service.leaving[task.arn] = task
                if task.counted == "pending":
                    self._stop(task, "drain")
            elif service.replaced is None or task.started_by == service.deployment_id:
                service.leaving.pop(task.arn, None)
            self.touch(service)
        if host.placeable:
            self._room_appears(host.cluster)

    def _on_task(self, task: Task) -> None:
        service = task.service
        if service is not None:
            self.touch(service)
            if task.counted == "running" and task.protected_until_s is not None:
                self._core.clock.at(task.protected_until_s, lambda: self.touch(service))
        if task.last_status == "STOPPED" and task.host.placeable:
            self._room_appears(task.host.cluster)

    def _room_appears(self, cluster: Cluster) -> None:
        for service in cluster.blocked.values():
            self.touch(service)
        if cluster.waiting:
            self._core.clock.after(THINKS_S, lambda: self.waiting.room_appears(cluster))

    def _evaluate(self, service: Service) -> None:
        service.evaluation_due = False
        self._place_missing(service)
        self._stop_leaving(service)
        self._stop_surplus(service)
        self._judge_steadiness(service)
        for watcher in self.watchers:
            watcher(service)

    def _place_missing(self, service: Service) -> None:
        """Replacements of draining tasks start first, as far as maximumPercent allows.

        "If the maximum is 100%, then replacement tasks can't start until the draining tasks have stopped."
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html
        """
        if self.held(service):
            return
        staying = service.running + service.pending - len(service.leaving)
        missing = min(service.desired - staying, service.maximum - len(service.tasks))
        if service.strategy:
            service.unplaced = self.waiting.place(service, missing)
            if service.unplaced:
                self._report_failure(service)
            return
        while missing > 0:
            host = find_host(service)
            if host is None:
                break
            self._tasks.start(host, service.spec, service)
            missing -= 1
        service.unplaced = max(0, missing)
        if service.unplaced:
            service.cluster.blocked[service.name] = service
            self._report_failure(service)
        else:
            service.cluster.blocked.pop(service.name, None)

    def _stop_leaving(self, service: Service) -> None:
        """RUNNING tasks leave DRAINING instances while minimumHealthyPercent of the desired count keep running.

        Same page as above. Protected tasks stay until their protection ends.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
        """
        spare = service.running - service.minimum
        for task in list(service.leaving.values()):
            if task.counted == "pending":
                self._stop(task, "drain")
            elif spare > 0 and not self.protected(task):
                self._stop(task, "drain")
                spare -= 1

    def _stop_surplus(self, service: Service) -> None:
        """Scale-in down to the desired count, newest task first; protected tasks stay."""
        staying = service.running + service.pending - len(service.leaving)
        surplus = min(staying - service.desired, service.running - service.desired)
        for task in self._newest_first(service) if surplus > 0 else []:
            if surplus <= 0:
                return
            if task.counted == "running" and not self.protected(task):
                self._stop(task, "scale_in")
                surplus -= 1

    def _newest_first(self, service: Service) -> list[Task]:
        zone = self.first_to_go(service)
        tasks = list(reversed(service.tasks.values()))
        return tasks if zone is None else sorted(tasks, key=lambda task: task.host.instance.zone != zone)

    def protected(self, task: Task) -> bool:
        until_s = task.protected_until_s
        return until_s is not None and until_s > self._core.clock.now_s

    def _stop(self, task: Task, cause: str) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html."""
        deployment = task.started_by
        self._tasks.stop(
            task,
            code="ServiceSchedulerInitiated",
            reason=f"Scaling activity initiated by (deployment {deployment})",
            cause=cause,
        )

    def _report_failure(self, service: Service) -> None:
        """ECS repeats a placement failure for as long as it lasts, but not for every try.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
        """
        now_s = self._core.clock.now_s
        if self.grows(service) or now_s - service.failed_at_s < FAILURE_EVERY_S:
            return
        service.failed_at_s = now_s
        self._core.clock.after(FAILURE_EVERY_S, lambda: self._try_again(service))
        hosts = [host.arn for host in service.cluster.room][:10]
        self.announce(
            service,
            "ERROR",
            "SERVICE_TASK_PLACEMENT_FAILURE",
            containerInstanceArns=hosts,
            reason=why_nothing_fits(service.cluster, service.spec),
        )

    def _try_again(self, service: Service) -> None:
        if service.unplaced:
            self.touch(service)

    def _judge_steadiness(self, service: Service) -> None:
        """SERVICE_STEADY_STATE: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html."""
        steady = service.running == service.desired == len(service.tasks) and not service.leaving
        if steady and not service.steady:
            self.announce(service, "INFO", "SERVICE_STEADY_STATE")
        service.steady = steady

    def announce(self, service: Service, kind: str, name: str, **detail: object) -> None:
        announce(self._core, service, kind, name, **detail)
