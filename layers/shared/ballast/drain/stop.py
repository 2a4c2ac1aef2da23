"""Which tasks are stopped, rather than moved by ECS?"""

from __future__ import annotations

from datetime import datetime

from ballast.facts.task import TaskKind
from ballast.facts.view import View
from ballast.plans.actions import StopTask
from ballast.policy.policy import StandaloneTasks

STOPPING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"})


def stop_unprotected(view: View, now: datetime) -> tuple[StopTask, ...]:
    """All that still hold the instance, except for those whose protection has not run out."""
    return tuple(
        StopTask(view.cluster.name, task.arn, "Ballast: the drain's deadline has passed")
        for task in view.left
        if task.last_status not in STOPPING and not (task.protected_until and task.protected_until > now)
    )


def stop_standalone(view: View) -> tuple[StopTask, ...]:
    """Where the operator chose so, tasks of no service are stopped at once instead of waited for."""
    if view.cluster.policy.standalone_tasks is not StandaloneTasks.STOP:
        return ()
    return tuple(
        StopTask(view.cluster.name, task.arn, "Ballast: its instance is being drained")
        for task in view.left
        if task.kind is TaskKind.STANDALONE and task.last_status not in STOPPING
    )
