"""Rolling deployments: the tasks of the old revision leave as the new ones run, within the service's percentages.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from typing import Literal

from simulator.world.core.core import Core, Output, arn
from simulator.world.core.records import Service, Status, Task
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.scheduler import Scheduler
from simulator.world.ecs.service_events import announce
from simulator.world.ecs.tasks import FAILED_TO_START, Tasks

type Breaker = Literal["off", "stop", "rollback"]

FEWEST_FAILURES, MOST_FAILURES = 3, 200
FIRST_DELAY_S, LONGEST_DELAY_S = 10.0, 27 * 60.0  # "incrementally increased up to a maximum of 27 minutes"


def threshold(desired: int) -> int:
    """Tasks that must fail until a deployment has: half of the desired count, 3 at least, 200 at most.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    return max(FEWEST_FAILURES, min(MOST_FAILURES, ceil(desired / 2)))


@dataclass(slots=True)
class Starts:
    """How the tasks of a service's present deployment start."""

    breaker: Breaker = "off"
    before: TaskSpec | None = None  # the revision that is replaced
    failures: int = 0  # tasks that stopped before one ran
    failed: bool = False  # the deployment, which starts no more tasks
    again_at_s: float = 0.0

    def forget(self) -> None:
        self.failed, self.failures, self.again_at_s = False, 0, 0.0


class Deployments:
    def __init__(self, core: Core, scheduler: Scheduler, tasks: Tasks) -> None:
        self._core = core
        self._scheduler = scheduler
        scheduler.watchers.append(self._check)
        self.starts: dict[str, Starts] = defaultdict(Starts)  # by the service's ARN
        scheduler.held = self._held
        tasks.watchers.append(self._on_task)

    def begin(self, service: Service, spec: TaskSpec) -> None:
        """Protected tasks block it until their protection ends, as they do here while they leave.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
        """
        starts = self.starts[service.arn]
        starts.forget()
        starts.before, service.spec = service.spec, spec
        service.replaced = service.deployment_id
        service.deployment_id = f"ecs-svc/{self._core.rng.randrange(10**18, 10**19)}"
        service.leaving |= {key: task for key, task in service.tasks.items() if task.counted is not None}
        for one in self._scheduler.waiting.of(service):  # for room that the old revision wanted
            self._scheduler.waiting.stop(one, "ServiceSchedulerInitiated", "Scaling activity initiated by deployment")
        service.steady = False
        self._announce(service, "SERVICE_DEPLOYMENT_IN_PROGRESS", "in progress")
        self._scheduler.touch(service)

    def _held(self, service: Service) -> bool:
        starts = self.starts.get(service.arn)
        return starts is not None and (starts.failed or starts.again_at_s > self._core.clock.now_s)

    def _check(self, service: Service) -> None:
        if service.replaced is None:
            return
        old = [task for task in service.tasks.values() if task.started_by != service.deployment_id]
        if not old and service.running >= service.desired:
            service.replaced = None
            self._announce(service, "SERVICE_DEPLOYMENT_COMPLETED", "completed")

    def _on_task(self, task: Task) -> None:
        """Tasks that cannot start are started again ever later, and make their deployment fail where a breaker is on.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
        """
        service = task.service
        if service is None or service.daemon or task.started_by != service.deployment_id:
            return
        starts = self.starts[service.arn]
        if task.last_status == "RUNNING":
            starts.failures = 0
        if task.last_status != "STOPPED" or task.stop_code != FAILED_TO_START:
            return
        starts.failures += 1
        delay_s = min(FIRST_DELAY_S * 2 ** (starts.failures - 1), LONGEST_DELAY_S)
        starts.again_at_s = self._core.clock.now_s + delay_s
        self._core.clock.after(delay_s, lambda: self._scheduler.touch(service))
        if service.replaced is None or starts.breaker == "off":
            if starts.failures == FEWEST_FAILURES:
                announce(self._core, service, "WARN", "SERVICE_TASK_START_IMPAIRED")
        elif not starts.failed and starts.failures >= threshold(service.desired):
            self._fail(service, starts)

    def _fail(self, service: Service, starts: Starts) -> None:
        """It starts no more tasks. A rollback is a deployment of the last revision that was completed, whose tasks stay.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
        """
        starts.failed = True
        self._announce(service, "SERVICE_DEPLOYMENT_FAILED", "circuit breaker: tasks failed to start", kind="ERROR")
        if starts.breaker != "rollback" or service.replaced is None or starts.before is None:
            return
        starts.forget()
        service.deployment_id, service.replaced = service.replaced, service.deployment_id
        service.spec, starts.before = starts.before, service.spec
        for key, task in list(service.leaving.items()):
            if task.started_by == service.deployment_id and task.host.status is not Status.DRAINING:
                del service.leaving[key]
        service.leaving |= {
            key: task
            for key, task in service.tasks.items()
            if task.started_by != service.deployment_id and task.counted is not None
        }
        self._announce(service, "SERVICE_DEPLOYMENT_IN_PROGRESS", "in progress")
        self._scheduler.touch(service)

    def _announce(self, service: Service, name: str, word: str, *, kind: str = "INFO") -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html."""
        self._core.note("deployment", service=service.name, name=name)
        detail: Output = {
            "eventType": kind,
            "eventName": name,
            "deploymentId": service.deployment_id,
            "updatedAt": self._core.iso(self._core.clock.now_s),
            "reason": f"ECS deployment {service.deployment_id} {word}.",
        }
        self._core.emit("aws.ecs", "ECS Deployment State Change", [service.arn], detail)


def older_shown(service: Service, created_at: object, where: Output) -> list[Output]:
    """The deployment that is replaced, ACTIVE until its last task has gone.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
    """
    if service.replaced is None:
        return []
    old = [task for task in service.tasks.values() if task.started_by != service.deployment_id]
    running = sum(task.counted == "running" for task in old)
    revision = old[0].spec.definition if old else f"{service.spec.family}:{service.spec.revision - 1}"
    return [
        {
            "id": service.replaced,
            "status": "ACTIVE",
            "taskDefinition": arn("ecs", f"task-definition/{revision}"),
            "desiredCount": 0,
            "runningCount": running,
            "pendingCount": len(old) - running,
            "createdAt": created_at,
            "updatedAt": created_at,
            "rolloutState": "COMPLETED",
            **where,
        }
    ]
