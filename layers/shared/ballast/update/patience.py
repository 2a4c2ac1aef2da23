"""How long may an instance stay away after its reboot, and what is noted once its group is to replace it?

It is as broken as one that repair finds: where repair is on, the two share one pace, and what holds the one holds the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.drain.pace import why_not_yet, with_begun
from ballast.facts.fleet import Fleet, Host
from ballast.plans.action import Action
from ballast.plans.actions import Claim
from ballast.records.repair import Repairs


def return_time(fleet: Fleet, host: Host, now: datetime) -> timedelta:
    """For ever while none may be replaced there: it is asked on, and serves again as soon as it is back."""
    group, limits = _group(host), fleet.repair
    if limits.held or group in limits.failing:
        return timedelta.max
    if group and limits.memories is not None:
        memory = limits.memories.get(group) or Repairs(fleet.cluster.name, group)
        wanted = next((each.desired for each in fleet.capacity if each.group == group), 0)
        if why_not_yet(memory, wanted, fleet.policy, now):
            return timedelta.max
    return fleet.policy.updates.return_time


def counted(fleet: Fleet, host: Host, now: datetime) -> tuple[Action, ...]:
    """Among the repairs of its group; claimed first, so that repair and rollout never begin the same one of an hour."""
    group, memories = _group(host), fleet.repair.memories
    if group is None or memories is None:
        return ()
    before = memories.get(group)
    return (Claim(with_begun(before or Repairs(fleet.cluster.name, group), now), before),)


def _group(host: Host) -> str | None:
    return host.view.membership.group if host.view.membership else None
