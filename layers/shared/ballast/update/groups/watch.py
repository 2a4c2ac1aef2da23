"""The group that is being refreshed: watch its step, verify what it launched, let that bake, and begin the next step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet
from ballast.facts.refresh import Refresh
from ballast.facts.zones import why_moved, why_not_launched
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import CancelRefresh
from ballast.records.rollout import Rollout
from ballast.update.groups.boots import template_of
from ballast.update.groups.refresh import moves, objection_to_group, refresh_of, start
from ballast.update.groups.steps import group_of, next_step
from ballast.update.groups.verify import UNWELL_FOR, Verdict, verify
from ballast.update.halt import halted
from ballast.update.permit import objection_to_go_on
from ballast.update.waves import bakes_until
from ballast.words import groups as say_groups
from ballast.words import rollout as say
from ballast.words.incident import few

CLOCKS_DIFFER = timedelta(minutes=1)
SEEN_WITHIN = timedelta(minutes=2)  # a refresh that was asked for shows up in DescribeInstanceRefreshes


def plan_watch(fleet: Fleet, rollout: Rollout, after: Rollout, now: datetime) -> Plan:
    """`after`: the rollout with its counts as they are now."""
    verdict = _verdict(fleet, rollout, now)
    after = replace(after, unwell_since=(rollout.unwell_since or now) if verdict.overdue else None)
    lasts = after.unwell_since is not None and now - after.unwell_since >= UNWELL_FOR
    if verdict.wrong or lasts:
        failed = verdict.wrong or verdict.overdue
        return _plan_fail(fleet, rollout, after, _said(failed), now, ids=failed)
    if rollout.refresh_asked_at is None:
        return _plan_next(fleet, rollout, after, verdict, now)
    return _plan_step(fleet, rollout, after, verdict, now)


def _plan_step(fleet: Fleet, rollout: Rollout, after: Rollout, verdict: Verdict, now: datetime) -> Plan:
    group, asked_at = _group(rollout), rollout.refresh_asked_at
    assert asked_at is not None  # noqa: S101 - plan_watch has looked
    seen = refresh_of(fleet, group)
    if seen is None or not _is_of_step(seen, asked_at):
        if now - asked_at < SEEN_WITHIN:
            return Plan(f"the refresh of {group} begins")
        if why := objection_to_group(template_of(fleet, group), fleet, rollout):
            return _plan_left(fleet, rollout, after, why, now)
        why_not = why_not_launched(group, fleet.capacity)
        step = None if why_not else next_step(fleet, rollout, group)
        again = next_revision(replace(after, refresh_asked_at=now if step else None))
        asks = start(fleet, again, group, step) if step else ()
        return Plan(why_not or f"ask {group} for its refresh again", (Claim(again, rollout), *asks))
    if not seen.ended:
        objection = objection_to_go_on(fleet, rollout, now)
        # A shift that may be undoes nothing.
        why_not = objection.why if objection else why_moved(group, fleet.capacity)
        if why_not and seen.going_on:
            paused = Record(rollout, next_revision(replace(after, refresh_asked_at=None)))
            return Plan(f"the refresh of {group} pauses: {why_not}", (CancelRefresh(group), paused))
        serves = "" if verdict.good else f"; {_said({**verdict.overdue, **verdict.waits})}"
        return _recount(fleet, rollout, after, f"{group}: {seen.status}, {seen.percent} %{serves}", now)
    if seen.status != "Successful":
        reason = f"the instance refresh of {group} ended as {seen.status}" + (f": {seen.why}" if seen.why else "")
        return _plan_fail(fleet, rollout, after, reason.rstrip("."), now)
    if not verdict.good:
        return _recount(fleet, rollout, after, f"{group}: {_said({**verdict.overdue, **verdict.waits})}", now)
    step_done = replace(after, refresh_asked_at=None, wave_done_at=now, told=after.told + 1)
    if next_step(fleet, replace(step_done, wave=step_done.wave + 1), group) is None:
        return _plan_group_done(fleet, rollout, step_done, now)
    told = Tell(say.progress(fleet, step_done, (), now))
    return Plan(f"what {group} launched is verified", (told, Record(rollout, next_revision(step_done))))


def _plan_next(fleet: Fleet, rollout: Rollout, after: Rollout, verdict: Verdict, now: datetime) -> Plan:
    """Between two steps: what was launched so far still serves, and its bake is over."""
    group = _group(rollout)
    until = bakes_until(rollout, fleet.policy.updates)
    if until and now < until:
        return _recount(fleet, rollout, after, f"{group} bakes until {until:%H:%M} UTC", now)
    objection = objection_to_go_on(fleet, rollout, now)
    why_not = objection.why if objection else why_not_launched(group, fleet.capacity)
    if why_not:
        return _recount(fleet, rollout, after, why_not, now)
    if not verdict.good:
        return _recount(fleet, rollout, after, f"{group}: {_said({**verdict.overdue, **verdict.waits})}", now)
    wave = rollout.wave + (rollout.wave_done_at is not None)
    step = next_step(fleet, replace(rollout, wave=wave), group)
    if step is None:
        return _plan_group_done(fleet, rollout, replace(after, wave_done_at=now, told=after.told + 1), now)
    running = refresh_of(fleet, group)
    if running and not running.ended:
        return _recount(fleet, rollout, after, f"{group} is being refreshed already", now)
    if why := objection_to_group(template_of(fleet, group), fleet, rollout):
        return _plan_left(fleet, rollout, after, why, now)
    asked = replace(after, wave=step.wave, wave_done_at=None, refresh_asked_at=now, stepped_at=now)
    claimed = next_revision(replace(asked, templates_before=moves(fleet, rollout, group)))
    return Plan(f"{step.instances} of {group} are next", (Claim(claimed, rollout), *start(fleet, claimed, group, step)))


def _plan_left(fleet: Fleet, rollout: Rollout, after: Rollout, why: str, now: datetime) -> Plan:
    """Somebody chose meanwhile what the group boots: that stays, and what still runs something else is left."""
    left = next_revision(replace(after, refreshing=None, refresh_asked_at=None, wave=0, told=after.told + 1))
    told = Tell(say.progress(fleet, left, (), now))
    return Plan(f"{_group(rollout)} goes no further: {why}", (told, Record(rollout, left)))


def _plan_group_done(fleet: Fleet, rollout: Rollout, after: Rollout, now: datetime) -> Plan:
    group = _group(rollout)
    done = next_revision(
        replace(after, refreshing=None, refresh_asked_at=None, wave=0, groups_done=(*rollout.groups_done, group))
    )
    return Plan(f"{group} is refreshed", (Tell(say_groups.refreshed(fleet, done, group, now)), Record(rollout, done)))


def _plan_fail(
    fleet: Fleet, rollout: Rollout, after: Rollout, why: str, now: datetime, *, ids: Collection[str] = ()
) -> Plan:
    """No further instance is replaced, and somebody is called."""
    group = _group(rollout)
    running = refresh_of(fleet, group) if rollout.refresh_asked_at else None
    cancel = (CancelRefresh(group),) if running and running.going_on else ()
    never = tuple(i for i in fleet.unregistered if group_of(fleet, i) == group and i in ids)
    stopped = replace(after, refreshing=None, refresh_asked_at=None, never_joined=never or None)
    after = next_revision(halted(fleet, stopped, why, now))
    return Plan(f"halt: {why}", (*cancel, Tell(say.halted(fleet, after, now, page=True)), Record(rollout, after)))


def _recount(fleet: Fleet, rollout: Rollout, after: Rollout, reason: str, now: datetime) -> Plan:
    if after == rollout:
        return Plan(reason)
    if replace(after, unwell_since=rollout.unwell_since) == rollout:
        return Plan(reason, (Record(rollout, next_revision(after)),))
    later = next_revision(replace(after, told=after.told + 1))
    return Plan(reason, (Tell(say.progress(fleet, later, (), now)), Record(rollout, later)))


def _verdict(fleet: Fleet, rollout: Rollout, now: datetime) -> Verdict:
    """Of what the step launches since Auto Scaling began with it; between two, of what it launched, if it still serves."""
    seen = refresh_of(fleet, _group(rollout))
    if rollout.refresh_asked_at is None:
        return verify(fleet, rollout, rollout.stepped_at, now, launches_target=False)
    begun = seen.started_at if seen and _is_of_step(seen, rollout.refresh_asked_at) else None
    goes_back = seen is not None and seen.status.startswith("Rollback")  # and launches what was there before
    return verify(fleet, rollout, begun, now, launches_target=not goes_back)


def _is_of_step(seen: Refresh, asked_at: datetime) -> bool:
    """One that is pending has not begun, so it is the one that was asked for."""
    return seen.started_at is None or seen.started_at >= asked_at - CLOCKS_DIFFER


def _group(rollout: Rollout) -> str:
    assert rollout.refreshing is not None  # noqa: S101 - plan_refreshes has looked
    return rollout.refreshing


def _said(why: Mapping[str, str]) -> str:
    """`i-1: its ECS agent is not connected; and 3 more`."""
    return "; ".join(few([f"{instance_id}: {what}" for instance_id, what in sorted(why.items())]))
