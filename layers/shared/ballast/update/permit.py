"""May a rollout start another instance now, and must it halt? The first objection in words, or None."""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host, on_target
from ballast.facts.view import InstanceStatus
from ballast.policy.policy import OPT_OUT_TAG, policy_objection
from ballast.policy.updates import Strategy
from ballast.policy.windows import holds, next_opening, open_until
from ballast.records.disruption import Phase, Reason
from ballast.records.release import newer
from ballast.records.rollout import Rollout, Stage


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


EXCLUDED_FOR = timedelta(hours=12)


def exclusion(host: Host, rollout: Rollout, now: datetime) -> str | None:
    """Why this instance is left alone, in words, or None. Under way or on target is no reason."""
    instance = host.instance
    disruption = host.disruption
    if host.view.cluster.managed_by_ecs(instance):
        return "ECS Managed Instances patches its own instances"
    if host.version is None:
        return "SSM does not know it, so its version cannot be read (is its control container on?)"
    if host.view.membership is None:
        return "it belongs to no Auto Scaling group"
    if holds(instance.tags.get(OPT_OUT_TAG), now):
        return f"it is opted out by {OPT_OUT_TAG}={instance.tags[OPT_OUT_TAG]}"
    if rollout.bad_version:
        if host.version != rollout.bad_version:
            return f"it does not run {rollout.bad_version}"
    elif newer(host.version, rollout.target):
        return f"it runs {host.version} already"
    if disruption is None or disruption.phase is Phase.ROLLED_BACK:
        if instance.status is InstanceStatus.DRAINING:
            return "somebody else drains it"
    elif disruption.reason is not Reason.BOTTLEROCKET_UPDATE:
        return f"it is disrupted already ({disruption.reason.replace('_', ' ')})"
    return None


def to_do(hosts: tuple[Host, ...], rollout: Rollout, now: datetime) -> tuple[Host, ...]:
    """Those that the rollout has still to take up, fewest tasks first: they are the cheapest to move."""
    open_ones = (h for h in hosts if not on_target(h, rollout) and exclusion(h, rollout, now) is None)
    ready = (h for h in open_ones if _untouched(h, rollout, now) and h.online and h.instance.agent_connected)
    return tuple(sorted(ready, key=lambda h: (h.view.counted_tasks, h.id)))


def _untouched(host: Host, rollout: Rollout, now: datetime) -> bool:
    """By this rollout, nor still by one before it; what held an excluded one may be over after a while."""
    update = host.update
    if update is None:
        return True
    if update.rollout != rollout.id:
        return update.settled
    return update.stage is Stage.EXCLUDED and now - update.since >= EXCLUDED_FOR
