"""Which instances does a rollout update, and why not the others?"""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.arrival import on_target
from ballast.facts.fleet import Host
from ballast.facts.instance import InstanceStatus
from ballast.policy.opt_out import holds
from ballast.policy.policy import OPT_OUT_TAG
from ballast.records.disruption import Phase, Reason
from ballast.records.instance_update import Stage
from ballast.records.rollout import Rollout
from ballast.records.version import newer

EXCLUDED_FOR = timedelta(hours=12)


def exclusion(host: Host, rollout: Rollout, now: datetime) -> str | None:
    """Why this instance is left alone, in words, or None. Under way or on target is no reason."""
    instance = host.instance
    disruption = host.disruption
    if host.view.cluster.managed_by_ecs(instance):
        return "ECS Managed Instances patches its own instances"
    if host.version is None:
        return "SSM does not know it, so its version cannot be read (is its control container on?)"
    if host.view.membership is None:
        return "it belongs to no Auto Scaling group"
    if holds(instance.tags.get(OPT_OUT_TAG), now):
        return f"it is opted out by {OPT_OUT_TAG}={instance.tags[OPT_OUT_TAG]}"
    if rollout.bad_version:
        if host.version != rollout.bad_version:
            return f"it does not run {rollout.bad_version}"
    elif newer(host.version, rollout.target):
        return f"it runs {host.version} already"
    if disruption is None or disruption.phase is Phase.ROLLED_BACK:
        if instance.status is InstanceStatus.DRAINING:
            return "somebody else drains it"
    elif disruption.reason is not Reason.BOTTLEROCKET_UPDATE:
        return f"it is disrupted already ({disruption.reason.replace('_', ' ')})"
    return None


def to_do(hosts: tuple[Host, ...], rollout: Rollout, now: datetime) -> tuple[Host, ...]:
    """Those that the rollout has still to take up, fewest tasks first: they are the cheapest to move."""
    open_ones = (h for h in hosts if not on_target(h, rollout) and exclusion(h, rollout, now) is None)
    ready = (h for h in open_ones if _untouched(h, rollout, now) and h.online and h.instance.agent_connected)
    return tuple(sorted(ready, key=lambda h: (h.view.counted_tasks, h.id)))


def _untouched(host: Host, rollout: Rollout, now: datetime) -> bool:
    """By this rollout, nor still by one before it; what held an excluded one may be over after a while."""
    update = host.update
    if update is None:
        return True
    if update.rollout != rollout.id:
        return update.settled
    return update.stage is Stage.EXCLUDED and now - update.since >= EXCLUDED_FOR
