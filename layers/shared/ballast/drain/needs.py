"""What has to be looked up before a decision about one instance can be made? So that nothing else is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ballast.drain.triggers import Trigger
from ballast.facts.view import View
from ballast.policy.policy import OnRebalance, StandaloneTasks
from ballast.records.disruption import Disruption, Phase, Reason


class Need(StrEnum):
    EC2_STATE = "ec2_state"
    MEMBERSHIP = "membership"
    HOOK = "hook"
    TASKS = "tasks"
    PROTECTION = "protection"  # of the tasks
    SERVICES = "services"  # of the tasks
    NEIGHBOURS = "neighbours"  # all container instances of the cluster, and the budget in flight


TO_JUDGE = frozenset({Need.TASKS, Need.PROTECTION, Need.SERVICES})
TO_BEGIN_VOLUNTARILY = TO_JUDGE | {Need.MEMBERSHIP, Need.NEIGHBOURS}
NOTHING: frozenset[Need] = frozenset()


def needs(view: View, trigger: Trigger | None, now: datetime) -> frozenset[Need]:
    """For `plan_start` when there is a trigger, else for `plan_progress`."""
    if view.instance is not None and view.cluster.managed_by_ecs(view.instance):
        return NOTHING
    known = view.disruption
    if trigger is not None:
        return _to_start(view, known, trigger)
    if known is None:
        return NOTHING
    return _to_progress(view, known, now)


def _to_start(view: View, known: Disruption | None, trigger: Trigger) -> frozenset[Need]:
    if trigger.hook:
        return frozenset({Need.HOOK})
    if trigger.forced or known is not None:
        return NOTHING
    drains = view.cluster.policy.on_rebalance is OnRebalance.DRAIN
    if trigger.reason is Reason.REBALANCE_RECOMMENDATION and not drains:
        return NOTHING
    return TO_BEGIN_VOLUNTARILY


def _to_progress(view: View, known: Disruption, now: datetime) -> frozenset[Need]:
    overdue = known.outcome_at is not None and now >= known.outcome_at
    match known.phase:
        case Phase.WAITING:
            due = known.retry_at is None or now >= known.retry_at
            return TO_BEGIN_VOLUNTARILY if due else NOTHING
        case Phase.ROLLING_BACK | Phase.FORCING:
            return TO_JUDGE | {Need.MEMBERSHIP}
        case Phase.DRAINED if not known.held_by_our_hook:
            return NOTHING
        case Phase.DRAINING | Phase.FORCED if overdue and not known.judged_by_counts:
            return TO_JUDGE | {Need.MEMBERSHIP}
        case Phase.DRAINING | Phase.FORCED | Phase.ESCALATED | Phase.DRAINED:
            stops = view.cluster.policy.standalone_tasks is StandaloneTasks.STOP
            looks = stops or (view.may_be_empty and not known.judged_by_counts)
            return frozenset({Need.TASKS, Need.MEMBERSHIP, Need.EC2_STATE}) if looks else NOTHING
        case Phase.CLAIMED | Phase.ROLLED_BACK:
            return NOTHING
