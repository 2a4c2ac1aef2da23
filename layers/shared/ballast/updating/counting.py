"""How far is a rollout? Every instance is on target, failed, excluded, or still to be seen to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from ballast.updating.fleet import Fleet, Host
from ballast.updating.records import InstanceUpdate, Rollout, Stage
from ballast.updating.selecting import exclusion, on_target


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


def ours(host: Host, rollout: Rollout) -> InstanceUpdate | None:
    """The instance's record, if it is of this rollout."""
    return host.update if host.update and host.update.rollout == rollout.id else None


def has_arrived(host: Host, rollout: Rollout) -> bool:
    update = ours(host, rollout)
    return update.stage is Stage.DONE if update else on_target(host, rollout)


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


def versions(fleet: Fleet, rollout: Rollout) -> Counter[str]:
    """How many instances run which version, as far as it is known."""
    known = (rollout.target if has_arrived(host, rollout) else host.version or "unknown" for host in fleet.hosts)
    return Counter(known)
