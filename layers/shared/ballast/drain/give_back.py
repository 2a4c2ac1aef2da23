"""What we took of an instance that stays is given back: ACTIVE again, and protected from scale-in as before."""

from __future__ import annotations

from ballast.facts.view import InstanceStatus, View
from ballast.plans.action import Action
from ballast.plans.actions import Reactivate, SetScaleInProtection
from ballast.records.disruption import Disruption


def give_back(view: View, taken: Disruption, *, serves: bool) -> tuple[Action, ...]:
    """Repeatable. It `serves` again unless it goes anyway, or somebody else had set it DRAINING."""
    actions: list[Action] = []
    instance = view.instance
    if serves and instance and instance.status is InstanceStatus.DRAINING:
        actions.append(Reactivate(instance.cluster, instance.arn))
    if taken.unprotected and taken.group:
        actions.append(SetScaleInProtection(taken.group, taken.instance_id, protected=True))
    return tuple(actions)
