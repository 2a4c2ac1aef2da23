"""Rolling deployments: the tasks of the old revision leave as the new ones run, within the service's percentages.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

from __future__ import annotations

from simulator.world.core.core import Core, Output, arn
from simulator.world.core.records import Service
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.scheduler import Scheduler


class Deployments:
    def __init__(self, core: Core, scheduler: Scheduler) -> None:
        self._core = core
        self._scheduler = scheduler
        scheduler.watchers.append(self._check)

    def begin(self, service: Service, spec: TaskSpec) -> None:
        """Protected tasks block it until their protection ends, as they do here while they leave.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
        """
        service.replaced, service.spec = service.deployment_id, spec
        service.deployment_id = f"ecs-svc/{self._core.rng.randrange(10**18, 10**19)}"
        service.leaving |= {key: task for key, task in service.tasks.items() if task.counted is not None}
        for one in self._scheduler.waiting.of(service):  # for room that the old revision wanted
            self._scheduler.waiting.stop(one, "ServiceSchedulerInitiated", "Scaling activity initiated by deployment")
        service.steady = False
        self._announce(service, "SERVICE_DEPLOYMENT_IN_PROGRESS", "in progress")
        self._scheduler.touch(service)

    def _check(self, service: Service) -> None:
        if service.replaced is None:
            return
        old = [task for task in service.tasks.values() if task.started_by != service.deployment_id]
        if not old and service.running >= service.desired:
            service.replaced = None
            self._announce(service, "SERVICE_DEPLOYMENT_COMPLETED", "completed")

    def _announce(self, service: Service, name: str, word: str) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html."""
        self._core.note("deployment", service=service.name, name=name)
        detail: Output = {
            "eventType": "INFO",
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
