"""May a rollout start another instance now, and must it halt? The first objection in words, or None."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.policy.objection import policy_objection
from ballast.policy.opt_out import holds
from ballast.policy.updates import Strategy
from ballast.policy.windows import next_opening, open_until
from ballast.records.rollout import Rollout


def objection_to_start(fleet: Fleet, now: datetime) -> str | None:
    """An instance is not started unless its drain and its reboot would end inside the window."""
    updates = fleet.policy.updates
    if why := policy_objection(fleet.policy, now):
        return why
    if holds(updates.frozen, now):
        return f"updates are frozen ({updates.frozen})"
    if fleet.closed_calendars:
        return f"the change calendar {fleet.closed_calendars[0]} is closed or cannot be read"
    until = open_until(updates.windows, now)
    if until is None:
        return f"the next maintenance window opens at {next_opening(updates.windows, now):%Y-%m-%d %H:%M} UTC"
    if now + fleet.policy.voluntary_deadline + updates.return_time > until:
        return f"a drain might not end before the maintenance window closes at {until:%H:%M} UTC"
    return None


def objection_to_go_on(fleet: Fleet, rollout: Rollout, now: datetime) -> str | None:
    """A rollback goes on though updates were turned off: it takes back what they did."""
    if fleet.policy.updates.strategy is Strategy.OFF and rollout.bad_version is None:
        return "updates are off"
    return objection_to_start(fleet, now)


def reason_to_halt(fleet: Fleet, rollout: Rollout) -> str | None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html is the model."""
    release = fleet.release
    if release and rollout.target in release.recalled:
        return f"AWS has recalled {rollout.target}: `latest` is {release.version} again"
    since = rollout.told_since
    ours = (u for u in (*fleet.updates, *fleet.lost) if u.rollout == rollout.id and u.since >= since)
    failed = sorted((u for u in ours if u.failed), key=lambda u: u.since)
    canaries = [u for u in failed if u.wave == 0]
    if canaries:
        return f"the canary {canaries[0].instance_id} failed: {canaries[0].why}"
    allowed = fleet.policy.updates.failures_allowed(rollout.total)
    if len(failed) > allowed:
        return f"{len(failed)} instances failed, the last because {failed[-1].why}; the failure budget is {allowed}"
    for name, why in fleet.ringing_alarms.items():
        return f"CloudWatch alarm {name} is in ALARM: {why}"
    return fleet.news[0] if fleet.news else None
