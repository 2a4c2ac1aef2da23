"""Could this instance be given back, if its tasks had a place? None, or the first reason why it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ballast.facts.task import FOR_EVER, Task, TaskKind
from ballast.facts.zones import why_left
from ballast.policy.policy import OPT_OUT_TAG
from ballast.policy.windows import holds
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import Stay, Why
from ballast.words.incident import count

AGE = timedelta(minutes=30)
BY_OWN, BY_ECS = timedelta(minutes=10), timedelta(minutes=30)  # empty for so long; ECS takes those itself after 15


def why_it_stays(ground: Ground, part: Part, instance: Instance) -> Stay | None:
    """What lasts comes first, so that the report names what an operator can change."""
    return next(reasons(ground, part, instance), None)


def is_empty(ground: Ground, instance: Instance) -> bool:
    """Of all but daemons, as listed; of those on an older container instance of the host nobody can tell which they are."""
    return instance.tasks is not None and not instance.left_behind and not ground.is_busy(instance)


def reasons(ground: Ground, part: Part, instance: Instance) -> Iterator[Stay]:
    """All of them; what lasts comes first."""
    if instance.tasks is None:
        yield Stay(Why.UNKNOWN, "its tasks could not be listed")
    elif _is_unlisted(instance):
        yield Stay(Why.UNKNOWN, "ECS counts more tasks on it than it lists")
    if instance.left_behind:
        left = count(instance.left_behind, "task")
        yield Stay(Why.NOT_SERVING, f"ECS counts {left} on an older container instance of it")
    if (why := _out(instance, part)) is not None:
        yield Stay(Why.NOT_SERVING, why)
    if why := ground.snapshot.taken.get(instance.id):
        yield Stay(Why.NOT_SERVING, why)
    if holds(instance.host.tags.get(OPT_OUT_TAG), ground.now):
        yield Stay(Why.OPTED_OUT, f"the instance is opted out by {OPT_OUT_TAG}={instance.host.tags[OPT_OUT_TAG]}")
    groups = [group.capacity for group in ground.snapshot.groups]
    if why := why_left(instance.host, instance.group, groups):
        yield Stay(Why.ZONE, why)
    yield from (stay for task in instance.tasks or () if (stay := _of_task(ground, task)))
    if ground.price(instance) is None:
        what = instance.market or "an unknown market"
        yield Stay(Why.PRICE_UNKNOWN, f"the price of {instance.instance_type} ({what}) in {instance.zone} is unknown")
    if any(instance.id in move.receivers for move in ground.snapshot.moves):
        yield Stay(Why.RECEIVES, "tasks of another instance that is given back count on its room")
    yield from _times(ground, part, instance)


def _is_unlisted(instance: Instance) -> bool:
    """Lists lag: what ECS placed just before would be taken for not there once it drains, as no count has what is stopping.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
    """
    listed = sum(not task.stopped for task in instance.tasks or ())
    return instance.host.running_tasks + instance.host.pending_tasks > listed


def _out(instance: Instance, part: Part) -> str | None:
    host = instance.host
    if any(move.instance_id == instance.id for move in part.moves):
        return "it is being given back"
    if host.status != "ACTIVE":
        return f"it is {host.status}"
    if not host.agent_connected:
        return "its ECS agent is disconnected"
    if instance.lifecycle_state != "InService":
        return f"Auto Scaling has it {instance.lifecycle_state}"
    return "EC2 has warned that it may take it" if instance.warned else None


def _of_task(ground: Ground, task: Task) -> Stay | None:
    if task.stopped or task.kind is TaskKind.DAEMON:
        return None
    service = task.service if task.group.startswith("service:") else None
    if task.kind is TaskKind.UNREAD:
        return Stay(Why.UNKNOWN, f"{task.group}: a task is listed that ECS does not describe", service)
    if task.kind is TaskKind.STANDALONE:
        return Stay(Why.STANDALONE, f"a standalone task of {task.group}: nothing replaces it")
    if holds(task.tags.get(OPT_OUT_TAG), ground.now):
        return Stay(Why.OPTED_OUT, f"a task of {task.group} is opted out by {OPT_OUT_TAG}", service)
    if task.protected_until == FOR_EVER:
        return Stay(Why.UNKNOWN, f"ECS does not say whether a task of {task.group} is protected", service)
    if task.protected_until and task.protected_until > ground.now:
        return Stay(
            Why.PROTECTED, f"a task of {task.group} is protected until {task.protected_until:%H:%M} UTC", service
        )
    if unknown := ground.asks.of(task).unknown:
        return Stay(Why.UNKNOWN, f"a task of {task.group}: {unknown}", service)
    return ground.service_stays(task.service)


def _times(ground: Ground, part: Part, instance: Instance) -> Iterator[Stay]:
    empty, since = is_empty(ground, instance), instance.host.registered_at
    least = AGE if not empty or part.ecs_scales else BY_OWN
    if since is None:
        yield Stay(Why.UNKNOWN, "nobody knows since when it is registered")
    elif ground.now - since < least:
        yield Stay(Why.YOUNG, f"it is registered since {since:%H:%M}")
    if instance.id in part.memory.launched and since and ground.now - since < ground.policy.rest:
        yield Stay(Why.YOUNG, "Ballast launched it a moment ago")
    quiet = ground.policy.stabilisation if not empty else BY_ECS if part.ecs_scales else BY_OWN
    if instance.changed_at and ground.now - instance.changed_at < quiet:
        yield Stay(Why.CHANGING, f"a task started or stopped on it at {instance.changed_at:%H:%M}")
