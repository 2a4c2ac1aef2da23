"""How far has a rollout come, and when is it done? In numbers, for every message about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, versions
from ballast.records.rollout import Rollout
from ballast.words.incident import date, runs

BAR = 10
LATER = timedelta(minutes=15)  # than was foreseen: less is not worth a word


def bar(r: Rollout) -> str:
    full = BAR * r.on_target // r.total if r.total else 0
    return "▰" * full + "▱" * (BAR - full) + f" {so_far(r)}"


def counts(fleet: Fleet, r: Rollout) -> str:
    """What runs, and what has not gone well."""
    failed = f" {runs(r.failed, 'instance', 'has', 'have')} failed." if r.failed else ""
    excluded = f" {runs(r.excluded, 'instance', 'is left as it is', 'are left as they are')}." if r.excluded else ""
    return f"Running: {mix(fleet, r)}.{failed}{excluded}"


def so_far(r: Rollout) -> str:
    return f"{r.on_target} of {r.total} on {r.target}"


def mix(fleet: Fleet, r: Rollout) -> str:
    """How many instances run which version."""
    return ", ".join(f"{number} on {version}" for version, number in versions(fleet, r).most_common(4)) or "nothing"


def fleet_of(r: Rollout) -> str:
    return f"{r.variant} {r.arch} in {r.cluster}"


def when_done(fleet: Fleet, r: Rollout, now: datetime, foreseen: datetime | None) -> str:
    """A time that moved back is told with its reason."""
    then = eta(fleet, r, now)
    if then is None:
        return "The next instances follow."
    if foreseen and then > foreseen + LATER:
        return f"Done at about {date(then)}, not at {date(foreseen)} as foreseen: the last instances took longer, or waited."
    return f"Done at about {date(then)}."


def eta(fleet: Fleet, r: Rollout, now: datetime) -> datetime | None:
    """The instances that are left at the pace so far, and the bakes of the waves that are left.

    None before the first instance has arrived. The time between maintenance windows counts as pace.
    """
    if not (r.started_at and r.on_target):
        return None
    updates = fleet.policy.updates
    bakes = [updates.canary_bake, *[updates.wave_bake] * (len(updates.waves) - 1)]  # after each wave but the last
    baked = now - r.wave_done_at if r.wave_done_at else timedelta()
    worked = now - r.started_at - sum(bakes[: r.wave], start=baked)
    left = max(0, r.total - r.on_target - r.failed - r.excluded)  # the failed may have left the cluster
    still = sum(bakes[r.wave :], start=timedelta()) - min(baked, *bakes[r.wave : r.wave + 1], baked)
    return now + max(worked, timedelta()) / r.on_target * left + (still if left else timedelta())
