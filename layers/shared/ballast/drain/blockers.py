"""Why is an instance not empty yet, and what could a person do? Read from the agent, the task and the placement.

In the order in which one makes the others pointless: without an agent no order arrives, so nothing else matters.
"""

from __future__ import annotations

from datetime import datetime

from ballast.drain.proof import nowhere
from ballast.drain.voluntary import cannot_move
from ballast.facts.task import Service, Task, TaskKind
from ballast.facts.view import View
from ballast.value import dataclass
from ballast.words.incident import clock, count, date

BY_LOAD_BALANCER = "its target group's deregistration delay runs"
BY_CONTAINERS = "its containers have until their stop timeout"


@dataclass(frozen=True, slots=True)
class Blocker:
    why: str
    remedy: str  # a sentence, that can be done in just this case
    short: str = "a task runs on"  # for a title


def blockers(view: View, now: datetime) -> tuple[Blocker, ...]:
    """One for each task, or kind of task, that still holds the instance, in a stable order."""
    left = sorted(view.left, key=lambda task: (task.group, task.arn))
    if left and view.instance and not view.instance.agent_connected:
        held = f"its ECS agent is disconnected, so none of its {count(len(left), 'task')} hears that it is to stop"
        return (
            Blocker(
                held, "Bring the ECS agent back, or terminate the instance if its host is broken.", "agent disconnected"
            ),
        )
    return tuple(dict.fromkeys(_why(task, view, now) for task in left))


def _why(task: Task, view: View, now: datetime) -> Blocker:
    if task.kind is TaskKind.UNREAD:
        return Blocker(
            f"{task.group}: ECS lists it and does not describe it", "Look at the task in ECS.", "a task is unread"
        )
    if task.ordered:
        return _stopping(task, now)
    if task.protected_until and task.protected_until > now:
        until = f"{task.group}: a task is protected until {date(task.protected_until)}"
        return Blocker(
            until, f"Wait, or end the scale-in protection of the tasks of {task.group}.", "a task is protected"
        )
    if task.kind is TaskKind.STANDALONE:
        alone = f"standalone task {task.arn.rpartition('/')[2]} ({task.group}): no service replaces it"
        return Blocker(alone, "Wait until the standalone task ends, or stop it.", "a standalone task runs")
    service = view.services.get(task.service)
    return _of_service(task, service, view) if service else Blocker(f"{task.group}: a task is {task.last_status}", STOP)


STOP = "Stop the task, if it may end now."


def _stopping(task: Task, now: datetime) -> Blocker:
    since = f" since {clock(task.stopping_at, now)}" if task.stopping_at else ""
    waits = BY_LOAD_BALANCER if task.last_status == "DEACTIVATING" else BY_CONTAINERS
    shorter = "deregistration delay" if task.last_status == "DEACTIVATING" else "stop timeout"
    return Blocker(
        f"{task.group}: a task is told to stop{since} and is {task.last_status}: {waits}",
        f"Wait; a shorter {shorter} of {task.group} helps next time.",
        "a task stops slowly",
    )


def _of_service(task: Task, service: Service, view: View) -> Blocker:
    """First what placement lacks, as it is now or as ECS last said, then what the service's own limits forbid."""
    instance = view.instance
    if view.neighbours is not None and instance is not None:
        lacks = nowhere(task, view.neighbours, instance.capacity_provider, view.services)
        if lacks:
            return Blocker(f"{task.group}: {lacks}", _room_for(task, service), "no room elsewhere")
    if service.placement_failure:
        said = f"{task.group}: ECS could not place a replacement because {service.placement_failure}"
        return Blocker(said, _room_for(task, service), "no room elsewhere")
    if cannot_move(service):
        return Blocker(
            f"{task.group}: it may run neither one task more nor one less, so ECS cannot move it",
            f"Let {task.group} run one task more or one less (maximumPercent, minimumHealthyPercent), or stop its task.",
            "a service cannot move",
        )
    if service.running < service.desired or service.pending > 0:
        missing = f"{task.group}: {service.running} of {count(service.desired, 'task')} run"
        starting = f", {service.pending} {'is' if service.pending == 1 else 'are'} starting" if service.pending else ""
        return Blocker(
            f"{missing}{starting}",
            f"Look at the events of {task.group}: its replacement has not started.",
            "no replacement yet",
        )
    return Blocker(
        f"{task.group}: a task is {task.last_status}, and ECS has not told it to stop", STOP, "a task runs on"
    )


def _room_for(task: Task, service: Service) -> str:
    room = f"Add an instance with room for {task.group}"
    if cannot_move(service):
        return f"{room} and let it run one task more or one less, or stop its task."
    return f"{room}, or let it run with one task less (minimumHealthyPercent)."
