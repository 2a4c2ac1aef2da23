"""An ill instance whose agent is lost: no order to stop arrives there, so when may it go with tasks that ECS still counts?

Once ECS has ordered each of them to stop. It does so as the service's limits allow: after the replacement runs, or while
enough others run; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
"""

from __future__ import annotations

from datetime import datetime

from ballast.drain.end import REPLACED, released, replaced
from ballast.facts.task import TaskKind
from ballast.facts.view import ContainerInstance, View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, Phase
from ballast.words import repair as say

DRAINS = (Phase.DRAINING, Phase.FORCING, Phase.FORCED, Phase.ESCALATED)


def is_released(view: View, known: Disruption) -> bool:
    """Whether ECS counts on none of its tasks any more. One that nobody can read, or that no service replaces, is counted on."""
    if known.signal is None or view.tasks is None or view.instance is None or view.instance.agent_connected:
        return False
    if serves_elsewhere(view):
        return False
    if view.ec2_state not in (None, "running") or view.instance.status != "DRAINING":
        return False
    return bool(view.left) and all(task.ordered and task.kind is TaskKind.SERVICE for task in view.left)


def is_to_go(known: Disruption) -> bool:
    """Whether our hook holds it, or it drains so that its group replaces it; what another function drains comes back to that."""
    replaces = known.reason in REPLACED and not known.foreign
    return known.held_by_our_hook or (replaces and known.phase in DRAINS)


def serves_elsewhere(view: View) -> bool:
    """Whether its agent has registered anew, here or in another cluster: what is left of it looks lost, and is not it."""
    here = view.instance.registered_at if view.instance else None
    return view.stranger is not None or any(
        record.agent_connected or (record.cluster != view.cluster.name and is_newer(record, here))
        for record in view.others
    )


def is_newer(record: ContainerInstance, than: datetime | None) -> bool:
    """Also where nobody knows when."""
    return than is None or record.registered_at is None or record.registered_at >= than


def plan_unheard(view: View, known: Disruption, now: datetime) -> Plan | None:
    """Let its hook go, or have its group replace it; None where there is nothing more to do than wait."""
    hook, membership, reason = known.hook, view.membership, "ECS counts on none of its tasks"
    if hook and not hook.completed:
        return released(reason, known, hook, known)
    if membership is None or not membership.in_service or (known.retry_at and now < known.retry_at):
        return None
    return replaced(reason, known, membership.group, now, known, Tell(say.unheard_replaced(view, known, now)))
