"""Why is an instance not empty yet? What a human has to know to decide."""

from __future__ import annotations

import math
from datetime import datetime

from ballast.facts.service import Service
from ballast.facts.task import Task, TaskKind
from ballast.facts.view import View

HUNDRED_PERCENT = 100


def cannot_move(service: Service) -> bool:
    """ECS may neither stop a task first nor start one first: the minimum is rounded up to it, the maximum down.

    So one task at a maximum of 150 % cannot move either.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
    """
    # A product of whole numbers divided once, so exact below 2**53: 7 percent of 100 tasks are 7, not 8.
    least = math.ceil(service.desired * service.minimum_healthy_percent / HUNDRED_PERCENT)
    most = service.desired * service.maximum_percent // HUNDRED_PERCENT
    return service.desired > 0 and least >= service.desired >= most


def blockers(view: View, now: datetime) -> tuple[str, ...]:
    """One line for each task, or kind of task, that still holds the instance, in a stable order."""
    return tuple(dict.fromkeys(_why(task, view, now) for task in sorted(view.left, key=_by_group)))


def _by_group(task: Task) -> tuple[str, str]:
    return task.group, task.arn


def _why(task: Task, view: View, now: datetime) -> str:
    if task.kind is TaskKind.STANDALONE:
        return f"standalone task {task.arn.rpartition('/')[2]} ({task.group}): no service replaces it"
    if task.protected_until and task.protected_until > now:
        return f"{task.group}: a task is protected until {task.protected_until:%Y-%m-%d %H:%M} UTC"
    service = view.services.get(task.service)
    if service and cannot_move(service):
        return f"{task.group}: it may run neither one task more nor one less, so ECS cannot move it"
    if service and (service.running < service.desired or service.pending > 0):
        return (
            f"{task.group}: {service.running} of {service.desired} tasks run; "
            "ECS finds no room for a replacement or it does not start"
        )
    return f"{task.group}: a task is {task.last_status}"
