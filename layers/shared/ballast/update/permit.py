"""May a rollout start another instance now, and must it halt? The first objection in words, or None."""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host, on_target
from ballast.facts.gates import IS_CLOSED, NO_SUCH_ALARM
from ballast.facts.group import why_operated
from ballast.facts.view import InstanceStatus
from ballast.policy.policy import OPT_OUT_TAG, policy_objection
from ballast.policy.updates import Strategy
from ballast.policy.windows import holds, longest, next_opening, open_until, until_of
from ballast.records.disruption import Phase, Reason
from ballast.records.kept import BEGUN_UNREAD
from ballast.records.release import newer
from ballast.records.rollout import Rollout, Stage
from ballast.update.brake import left_behind, silence, why_not_granted
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Objection:
    """`until`: when it is over by itself, where that is known. `at_fault`: a setting, which somebody has to correct."""

    why: str
    until: datetime | None = None
    at_fault: bool = False


def objection_to_start(fleet: Fleet, now: datetime) -> Objection | None:
    """An instance is not started unless its drain and its reboot would end inside the window."""
    updates = fleet.policy.updates
    pause = fleet.policy.pause(now)
    if why := policy_objection(fleet.policy, now):
        return Objection(why, pause.until) if pause else Objection(why, at_fault=bool(fleet.policy.unreadable))
    if why := silence(fleet, now):
        return Objection(why)
    if holds(updates.frozen, now):
        return Objection(f"updates are frozen ({updates.frozen})", until_of(updates.frozen))
    for calendar, why in fleet.closed_calendars.items():
        return Objection(f"the change calendar {calendar} {why}".rstrip("."), at_fault=why != IS_CLOSED)
    for alarm, why in fleet.alarms.unknown.items():
        return Objection(f"the CloudWatch alarm {alarm} {why}".rstrip("."), at_fault=why == NO_SUCH_ALARM)
    return _window_objection(fleet, now)


def _window_objection(fleet: Fleet, now: datetime) -> Objection | None:
    updates = fleet.policy.updates
    if not updates.windows:
        return None
    takes = fleet.policy.voluntary_deadline + updates.return_time
    # Most windows are long enough by themselves, and only those that touch others have to be followed.
    too_short = all(window.duration < takes for window in updates.windows)
    if too_short and (open_for := longest(updates.windows, now)) < takes:
        both = f"a drain and a reboot may take {_minutes(takes)} (VoluntaryDeadlineMinutes and UpdateReturnMinutes)"
        return Objection(f"no maintenance window is open for more than {_minutes(open_for)}, and {both}", at_fault=True)
    until = open_until(updates.windows, now)
    opens_at = next_opening(updates.windows, now)
    if until is None:
        return Objection(f"the next maintenance window opens at {opens_at:%Y-%m-%d %H:%M} UTC", opens_at)
    if now + takes > until:
        why = f"a drain might not end before the maintenance window closes at {until:%H:%M} UTC"
        return Objection(f"{why}; the next one opens at {opens_at:%Y-%m-%d %H:%M} UTC", opens_at)
    return None


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:.0f} min"


def objection_to_go_on(fleet: Fleet, rollout: Rollout, now: datetime) -> Objection | None:
    """A rollback goes on though updates were turned off: it takes back what they did."""
    lacks = why_not_granted(fleet, rollout)
    is_over = lacks is None or not left_behind(fleet, rollout)
    if fleet.policy.updates.strategy is Strategy.OFF and rollout.bad_version is None and is_over:
        return Objection("updates are off")
    if lacks:
        return Objection(lacks, at_fault=True)
    return objection_to_start(fleet, now)


def reason_to_halt(fleet: Fleet, rollout: Rollout) -> str | None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html is the model."""
    recalled = reason_of_recall(fleet, rollout)
    if recalled:
        return recalled
    since = rollout.resumed_at or rollout.created_at
    ours = (u for u in (*fleet.updates, *fleet.lost) if u.rollout == rollout.id and u.since >= since)
    failed = sorted((u for u in ours if u.failed), key=lambda u: u.since)
    canaries = [u for u in failed if u.wave == 0]
    if canaries:
        return f"the canary {canaries[0].instance_id} failed: {canaries[0].why}"
    allowed = fleet.policy.updates.failures_allowed(rollout.total)
    if len(failed) > allowed:
        return f"{len(failed)} instances failed, the last because {failed[-1].why}; the failure budget is {allowed}"
    for name, why in fleet.alarms.ringing.items():
        return f"CloudWatch alarm {name} is in ALARM: {why}"
    return fleet.news[0] if fleet.news else None


def reason_of_recall(fleet: Fleet, rollout: Rollout) -> str | None:
    release = fleet.release
    if release and rollout.target in release.recalled:
        return f"AWS has recalled {rollout.target}: `latest` is {release.version} again"
    return None


EXCLUDED_FOR = timedelta(hours=12)


def exclusion(host: Host, rollout: Rollout, now: datetime) -> str | None:
    """Why this instance is left alone, in words, or None. Under way or on target is no reason."""
    instance = host.instance
    disruption = host.disruption
    if host.view.cluster.managed_by_ecs(instance):
        return "ECS Managed Instances patches its own instances"
    if (why := _unknown(host)) or host.version is None:
        return why
    if host.view.membership is None:
        return "none of the cluster's Auto Scaling groups has it, unless in a warm pool"
    if why := why_operated(host.view.membership.group, host.view.membership.operator):
        return why
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


def _unknown(host: Host) -> str | None:
    if host.id in host.view.cluster.unread:
        return f"{BEGUN_UNREAD} (item drain#{host.id} of the ledger)"
    if host.version is None:
        unknown = "SSM does not know it, so its version cannot be read (is its control container on?)"
        return host.unread_version or unknown
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
