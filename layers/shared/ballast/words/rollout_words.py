"""What all notices about a rollout share: one incident, its counts, its bar, the mix of versions."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.arrival import versions
from ballast.facts.fleet import Fleet
from ballast.records.rollout import Rollout
from ballast.words.links import cluster_link
from ballast.words.notice import Notice, Severity

BAR = 10
REASON = "bottlerocket_rollout"
TEMPLATE_REASON = "bottlerocket_template"


def notice(
    fleet: Fleet, r: Rollout, now: datetime, code: str, severity: Severity, *,
    what: str, why: str, impact: str, next_: str, closes: bool = False, repeat: int = 0, group: str | None = None,
) -> Notice:  # fmt: skip
    """With `group` it is an incident of its own, beside the message of the rollout."""
    incident, reason = r.incident, f"{REASON}/{r.variant}/{r.arch}"
    if group:
        incident, reason = f"{incident}/{group}", f"{TEMPLATE_REASON}/{group}"
    return Notice(
        code=code, severity=severity, cluster=r.cluster, instance=None, reason=reason,
        incident=incident, incident_started_at=now if group else r.told_since, at=now,
        what=what, why=why, impact=impact, next=next_,
        links=(cluster_link(fleet.cluster),), closes_incident=closes, repeat=repeat,
    )  # fmt: skip


def bar(r: Rollout) -> str:
    full = BAR * r.on_target // r.total if r.total else 0
    return "▰" * full + "▱" * (BAR - full) + f" {counts(r)}"


def counts(r: Rollout) -> str:
    return f"{r.on_target} of {r.total} on {r.target}"


def mix(fleet: Fleet, r: Rollout) -> str:
    return ", ".join(f"{count} on {version}" for version, count in versions(fleet, r).most_common(4)) or "nothing"


def fleet_of(r: Rollout) -> str:
    return f"{r.variant} {r.arch} in {r.cluster}"


def instances(count: int) -> str:
    return "1 instance" if count == 1 else f"{count} instances"
