"""What a rollout remembers when it halts: why, and who ran its target then, so that what comes up with it later is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet, on_target
from ballast.records.rollout import Rollout, RolloutState


def halted(fleet: Fleet, rollout: Rollout, why: str, now: datetime) -> Rollout:
    """Launch templates are looked at again at once: nothing new may boot what it was halted for."""
    return replace(
        rollout,
        state=RolloutState.HALTED,
        halted_reason=why,
        ended_at=None,
        reopened_at=now if rollout.over else rollout.reopened_at,
        unwell_since=None,
        groups_seen_at=None,
        drift_told=(),
        bad_told=tuple(sorted(host.id for host in fleet.hosts if on_target(host, rollout))) or None,
    )
