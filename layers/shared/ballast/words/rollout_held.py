"""What on-call reads when a brake holds a rollout: what goes on, and what is left in which state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ballast.facts.fleet import Fleet, ours
from ballast.records.rollout import Rollout, Stage
from ballast.words.codes import Code
from ballast.words.counted import fleet_of, so_far
from ballast.words.halts import short_cause
from ballast.words.incident import count, few, say
from ballast.words.notice import Notice, Severity
from ballast.words.rollout import of_rollout
from ballast.words.shortened import cut

PREPARED = (Stage.CHECKING, Stage.STAGING, Stage.STAGED)
BOOTED = (Stage.REBOOTING, Stage.RETURNING)


def held(fleet: Fleet, r: Rollout, now: datetime) -> Notice:
    """`r.held` says why; where nobody has paused, somebody has to see to it."""
    pause = fleet.policy.pause(now)
    draining, booted, prepared = (_named(fleet, r, stages) for stages in ((Stage.DRAINING,), BOOTED, PREPARED))
    states = [
        f"Back to ACTIVE: {', '.join(few(draining))}." if draining else "",
        f"Verified first and then given back: {', '.join(few(booted))}." if booted else "",
        f"Prepared, and serving on: {count(len(prepared), 'instance')}." if prepared else "",
    ]
    left = " ".join(state for state in states if state)
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_HELD, Severity.INFO if pause else Severity.TICKET, now, repeat=r.told,
        title=f"rollout {r.target} is held: {cut(short_cause(r.held), 40)}",
        what=f"The rollout of Bottlerocket {r.target} to {fleet_of(r)} begins nothing more for now: {so_far(r)}.",
        why=f"{r.held}.",
        impact=left or "None: no instance is under way.",
        next=f"It goes on by itself after the pause, or with `ballast resume --cluster {r.cluster}`." if pause
        else "Switch drain_instance on again, or see why it fails; then the rollout goes on by itself.",
    )  # fmt: skip


def _named(fleet: Fleet, r: Rollout, stages: Collection[Stage]) -> list[str]:
    return [host.id for host in fleet.hosts if (update := ours(host, r)) and update.stage in stages]
