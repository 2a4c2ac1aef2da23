"""When is a part left alone? After whatever changed its size, before what is known to change it, and while tasks wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.policy.policy import policy_objection
from ballast.policy.rebalancing import RebalancePolicy
from ballast.policy.windows import open_until
from ballast.rebalance.parts import Mode, Part, brake
from ballast.rebalance.snapshot import Snapshot
from ballast.rebalance.stays import Stay, Why
from ballast.records.rebalancing import ProviderMemory
from ballast.words.incident import count

BEFORE_SCHEDULED = timedelta(minutes=60)
PROBES = 3  # clean moves after which a provider that ECS scales may be given more than one at a time


def why_nothing_goes(snapshot: Snapshot, part: Part, policy: RebalancePolicy, now: datetime) -> Stay | None:
    """Why no instance of the part is given back now, or None."""
    if part.mode is Mode.REPORT:
        return Stay(Why.REFUSED, part.why)
    if why := brake(snapshot.cluster, snapshot.instances):
        return Stay(Why.AGENTS_GONE, why)
    if objection := policy_objection(snapshot.cluster.policy, now):
        return Stay(Why.RESTS, objection)
    if open_until(policy.windows, now) is None:
        return Stay(Why.RESTS, "no window is open")
    if why := _rests(part, policy, now):
        return Stay(Why.RESTS, why)
    return None


def _rests(part: Part, policy: RebalancePolicy, now: datetime) -> str:
    group, memory = part.group, part.memory
    if memory.failed_at and has_failed(part, policy, now):
        return f"something failed or was undone at {memory.failed_at:%H:%M}"
    for what, at in (
        ("Ballast added capacity", memory.scaled_out_at),
        ("the group grew", group.raised_at if group else None),
        ("ECS added capacity", group.ecs_raised_at if group else None),
        ("EC2 took a Spot instance of the group", group.spot_lost_at if group else None),
    ):
        if at and now - at < policy.rest:
            return f"{what} at {at:%H:%M}"
    if group and (has := len(group.capacity.in_service) + len(group.capacity.starting)) != group.capacity.desired:
        return f"the group has {count(has, 'instance')} and wants {group.capacity.desired}"
    if group and group.capacity.starting:
        return "instances are starting"
    if group and group.raises_at and now <= group.raises_at <= now + BEFORE_SCHEDULED:
        return f"a scheduled action makes the group larger at {group.raises_at:%H:%M}"
    return ""


def has_failed(part: Part, policy: RebalancePolicy, now: datetime) -> bool:
    """Whether something of ours failed there, or was undone, within the rest."""
    failed_at = part.memory.failed_at
    return failed_at is not None and now - failed_at < policy.rest


def most_moves(part: Part) -> int | None:
    """Moves under way that a part may have besides the budget: one until it is known how ECS takes them."""
    return 1 if part.ecs_scales and part.memory.clean_moves < PROBES else None


def failed(part: Part, now: datetime) -> ProviderMemory:
    """Something of ours failed there or was undone, so it rests."""
    return replace(part.memory, failed_at=now, revision=part.memory.revision + 1)
