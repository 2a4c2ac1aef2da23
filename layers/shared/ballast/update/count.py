"""How far is a rollout? Every instance is on target, failed, excluded, or still to be seen to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.arrival import has_arrived, on_target, ours
from ballast.facts.fleet import Fleet
from ballast.records.instance_update import Stage
from ballast.records.rollout import Rollout
from ballast.update.select import exclusion


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
            why = exclusion(host, rollout, now)
            if why:
                found[host.id] = why
    return found
