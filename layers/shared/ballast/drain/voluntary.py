"""May a voluntary drain begin now? The first objection in words, or None."""

from __future__ import annotations

from datetime import datetime

from ballast.drain.blockers import cannot_move
from ballast.drain.proof import unplaced
from ballast.facts.instance import ContainerInstance, InstanceStatus
from ballast.facts.task import TaskKind
from ballast.facts.view import View
from ballast.policy.objection import policy_objection
from ballast.policy.opt_out import holds
from ballast.policy.policy import OPT_OUT_TAG


def objection(view: View, now: datetime) -> str | None:
    """Policy first, then the instance's own state, then its tasks, then whether they fit elsewhere."""
    instance, policy = view.instance, view.cluster.policy
    if instance is None:
        return "it is not in the cluster"
    if why := policy_objection(policy, now):
        return why
    if holds(instance.tags.get(OPT_OUT_TAG), now):
        return f"the instance is opted out by {OPT_OUT_TAG}={instance.tags[OPT_OUT_TAG]}"
    if instance.status is not InstanceStatus.ACTIVE:
        return f"the instance is {instance.status}"
    if not instance.agent_connected:
        return "its ECS agent is disconnected, so tasks could not be told to stop"
    if view.leaves_its_group:
        return "its Auto Scaling group is already terminating it"
    if view.tasks is None or view.neighbours is None:
        return "its tasks could not be read"
    out, budget = len(view.in_flight) + out_of_service(view), budget_of(view)
    if out >= budget:
        return f"{out} instances are out of service and the disruption budget is {budget}"
    return _task_objection(view, instance, now)


def _task_objection(view: View, instance: ContainerInstance, now: datetime) -> str | None:
    for task in view.left:
        if holds(task.tags.get(OPT_OUT_TAG), now):
            return f"{task.group} is opted out by {OPT_OUT_TAG}={task.tags[OPT_OUT_TAG]}"
        if task.protected_until and task.protected_until > now:
            return f"a task of {task.group} is protected until {task.protected_until:%H:%M} UTC"
        service = view.services.get(task.service) if task.kind is TaskKind.SERVICE else None
        if service and cannot_move(service):
            return f"service {service.name} may run neither one task more nor one less, so ECS cannot move it"
    misfits = unplaced(view.left, view.neighbours or (), instance.capacity_provider)
    if misfits:
        return f"{len(misfits)} of its {len(view.left)} tasks fit on no other instance"
    return None


def out_of_service(view: View) -> int:
    """Instances that are out of service besides the voluntary disruptions in flight, which the ledger counts itself."""
    return sum(
        1
        for other in view.neighbours or ()
        if (other.status is not InstanceStatus.ACTIVE or not other.agent_connected)
        and other.instance_id not in view.in_flight
    )


def budget_of(view: View) -> int:
    """Most instances of the cluster that may be out of service now."""
    return view.cluster.policy.budget_of(max(view.cluster.instances, len(view.neighbours or ()) + 1))
