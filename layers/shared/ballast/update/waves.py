"""How far may a rollout have come? One canary, a bake, then waves of a growing share with a bake after each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet, Host, has_arrived, on_target, ours
from ballast.policy.updates import Strategy, UpdatePolicy
from ballast.records.rollout import Rollout, Stage
from ballast.update.permit import exclusion


def wave_limit(waves: Sequence[int], wave: int, instances: int) -> int:
    """Most instances that may have been taken up when `wave` ends; `waves` are percentages, wave 0 is the canary."""
    if wave == 0:
        return min(1, instances)
    share = waves[min(wave, len(waves)) - 1]
    return min(instances, max(2, math.ceil(instances * share / 100)))


def taken_up(fleet: Fleet, rollout: Rollout) -> int:
    """Instances that the rollout has begun with, however that ended."""
    return sum(u.rollout == rollout.id and u.stage is not Stage.EXCLUDED for u in (*fleet.updates, *fleet.lost))


def disrupted(fleet: Fleet, rollout: Rollout) -> int:
    """Those among them that have been drained, or that failed before."""
    untouched = (Stage.CHECKING, Stage.STAGING, Stage.STAGED, Stage.EXCLUDED)
    return sum(u.rollout == rollout.id and u.stage not in untouched for u in (*fleet.updates, *fleet.lost))


def is_last(waves: Sequence[int], wave: int) -> bool:
    return wave >= len(waves)


def bakes_until(rollout: Rollout, policy: UpdatePolicy) -> datetime | None:
    """When the bake after the present wave is over; None while the wave still runs."""
    if rollout.wave_done_at is None:
        return None
    return rollout.wave_done_at + (policy.canary_bake if rollout.wave == 0 else policy.wave_bake)


def counted(fleet: Fleet, rollout: Rollout, now: datetime) -> Rollout:
    """The rollout with its counts as they are now; instances that it cost are among the failed, not among the total."""
    lost = [u for u in fleet.lost if u.rollout == rollout.id and u.failed]
    return replace(
        rollout,
        total=len(fleet.hosts),
        on_target=sum(has_arrived(host, rollout) for host in fleet.hosts),
        failed=len(lost) + sum(bool(u and u.failed) for u in (ours(host, rollout) for host in fleet.hosts)),
        excluded=len(left_out(fleet, rollout, now)),
    )


def left_out(fleet: Fleet, rollout: Rollout, now: datetime) -> dict[str, str]:
    """Why, by instance id, of those that the rollout leaves as they are."""
    found = {}
    for host in fleet.hosts:
        update = ours(host, rollout)
        if update and update.stage is Stage.EXCLUDED:
            found[host.id] = update.why or "it could not be drained"
        elif update is None and not on_target(host, rollout):
            why = exclusion(host, rollout, now) or _out_of_reach(host, rollout)
            if why:
                found[host.id] = why
    return found


def _out_of_reach(host: Host, rollout: Rollout) -> str | None:
    """It is taken up when it is back, also after the end. A refresh replaces it wherever it is."""
    if rollout.strategy == Strategy.REPLACE:
        return None
    if not host.online:
        return "Systems Manager does not reach it"
    return None if host.instance.agent_connected else "its ECS agent is disconnected"
