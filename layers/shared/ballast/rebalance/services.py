"""May tasks of this service be moved now? ECS must be able to replace them, and have nothing else to do."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ballast.policy.policy import OPT_OUT_TAG
from ballast.policy.rebalancing import RebalancePolicy
from ballast.policy.windows import holds
from ballast.rebalance.snapshot import Workload
from ballast.rebalance.stays import Stay, Why
from ballast.words.incident import count, runs

REBALANCED = timedelta(minutes=5)  # after SERVICE_REBALANCING_COMPLETED, until its counts can be believed
HUNDRED_PERCENT = 100


def why_not_moved(name: str, workload: Workload | None, policy: RebalancePolicy, now: datetime) -> Stay | None:
    """The first objection, or None.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html: what ECS may do to a
    service while it drains follows from its minimum healthy percent, rounded up, and its maximum, rounded down.
    """
    if workload is None:
        return Stay(Why.UNKNOWN, f"service {name} could not be read", name)
    if holds(workload.tags.get(OPT_OUT_TAG), now):
        return Stay(Why.OPTED_OUT, f"service {name} is opted out by {OPT_OUT_TAG}", name)
    service = workload.service
    least, most = bounds(workload)
    if most <= service.running and least >= service.running:
        fixed = f"service {name} may run neither one task more nor one less than {service.running}"
        return Stay(Why.SERVICE_FIXED, f"{fixed}, so ECS cannot move it", name)
    if least < service.desired and not policy.stop_before_start:
        percent = service.minimum_healthy_percent
        return Stay(
            Why.SERVICE_FIXED, f"service {name} has a minimum of {percent} %, so ECS may stop tasks first", name
        )
    if why := _busy(workload, now):
        return Stay(Why.SERVICE_BUSY, f"service {name}: {why}", name)
    return None


def bounds(workload: Workload) -> tuple[int, int]:
    """The fewest and the most tasks that ECS lets run. Whole numbers divided once, so exact."""
    service = workload.service
    least = math.ceil(service.desired * service.minimum_healthy_percent / HUNDRED_PERCENT)
    return least, service.desired * service.maximum_percent // HUNDRED_PERCENT


def _busy(workload: Workload, now: datetime) -> str:
    service = workload.service
    if workload.busy:
        return workload.busy
    if service.placement_failure:
        return f"ECS could not place a task of it ({service.placement_failure})"
    if service.running < service.desired or service.pending:
        tasks = f"{count(service.desired, 'task')} {'runs' if service.desired == 1 else 'run'}"
        return f"{service.running} of {tasks}, {service.pending} {'is' if service.pending == 1 else 'are'} pending"
    if service.running > service.desired:
        return f"{runs(service.running, 'task')}, {service.desired} should"
    if workload.settled_at and now - workload.settled_at < REBALANCED:
        return "its tasks were spread over the zones a moment ago"
    return ""
