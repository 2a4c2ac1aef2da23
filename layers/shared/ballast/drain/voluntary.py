"""May a voluntary drain begin now? The first objection in words, or None."""

from __future__ import annotations

import math
from datetime import datetime

from ballast.drain.budget import budget_objection
from ballast.drain.lifecycle import why_not_in_service
from ballast.facts.group import why_operated
from ballast.facts.task import Service, TaskKind
from ballast.facts.view import ContainerInstance, InstanceStatus, View
from ballast.policy.policy import OPT_OUT_TAG, policy_objection
from ballast.policy.windows import holds
from ballast.records.disruption import Reason
from ballast.records.kept import BEGUN_UNREAD
from ballast.words.incident import count


def objection(view: View, now: datetime, reason: Reason | None = None) -> str | None:
    """Policy first, then the instance's own state, then its tasks, then whether they fit elsewhere."""
    return hindrance(view, now, reason) or _no_room(view)


def hindrance(view: View, now: datetime, reason: Reason | None = None) -> str | None:
    """All of that but the room elsewhere."""
    instance, policy = view.instance, view.cluster.policy
    if instance is None:
        return "it is not in the cluster"
    if view.instance_id in view.cluster.unread:
        return BEGUN_UNREAD
    if why := policy_objection(policy, now):
        return why
    if holds(instance.tags.get(OPT_OUT_TAG), now):
        return f"the instance is opted out by {OPT_OUT_TAG}={instance.tags[OPT_OUT_TAG]}"
    if instance.status is not InstanceStatus.ACTIVE:
        return f"the instance is {instance.status}"
    if not instance.agent_connected and reason is not Reason.REPAIR:
        return "its ECS agent is disconnected, so tasks could not be told to stop"
    if view.membership is not None and (why := why_not_in_service(view.membership)):
        return why
    if why := _operated(view):
        return why
    if view.membership is None and not view.in_no_group:
        return "its Auto Scaling group could not be looked up"
    if view.tasks is None:
        return "its tasks could not be read"
    if view.neighbours is None:
        return "not every instance of its cluster could be read"
    return _zone_objection(view, instance) or budget_objection(view) or _task_objection(view, now)


def _operated(view: View) -> str | None:
    """Of its group, as far as it was described; without it the budget objects."""
    member = view.membership
    if member is None:
        return None
    described = next((g.operator for g in view.capacity or () if g.group == member.group), None)
    return why_operated(member.group, member.operator or described)


def _zone_objection(view: View, instance: ContainerInstance) -> str | None:
    from ballast.facts.zones import why_left  # noqa: PLC0415 - a cold start that drains at once needs no zones

    return why_left(instance, view.membership.group if view.membership else None, view.capacity or ())


def _task_objection(view: View, now: datetime) -> str | None:
    for task in view.left:
        if task.kind is TaskKind.UNREAD:
            return f"{task.group} could not be read"
        if holds(task.tags.get(OPT_OUT_TAG), now):
            return f"{task.group} is opted out by {OPT_OUT_TAG}={task.tags[OPT_OUT_TAG]}"
        if task.protected_until and task.protected_until > now:
            return f"a task of {task.group} is protected until {task.protected_until:%H:%M} UTC"
        service = view.services.get(task.service) if task.kind is TaskKind.SERVICE else None
        if task.kind is TaskKind.SERVICE and service is None and task.group.startswith("service:"):
            return f"service {task.service} could not be read"
        if service and cannot_move(service):
            return f"service {service.name} may run neither one task more nor one less, so ECS cannot move it"
    return None


def _no_room(view: View) -> str | None:
    instance = view.instance
    assert instance is not None  # noqa: S101 - one that is not in the cluster is hindered
    from ballast.drain.proof import first_reason, unplaced  # noqa: PLC0415 - a drain that is forced needs no proof
    from ballast.facts.zones import not_counted, rooms  # noqa: PLC0415 - the same

    groups = view.capacity or ()
    there = rooms(view.neighbours or (), groups)
    misfits = unplaced(view.left, there, instance.capacity_provider, view.services)
    if misfits:
        fit = f"{len(misfits)} of its {count(len(view.left), 'task')} {'fits' if len(misfits) == 1 else 'fit'}"
        return f"{fit} on no other instance{not_counted(groups)}: {first_reason(misfits)}"
    return None


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
