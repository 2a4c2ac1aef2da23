"""Strategy `replace`: one group after the other is refreshed with the new image, by Auto Scaling, verified by Ballast.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host, on_target
from ballast.facts.zones import why_not_launched
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import CancelRefresh
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.boots import template_of
from ballast.update.groups.refresh import objection_to_group, refresh_of
from ballast.update.groups.steps import group_of
from ballast.update.groups.watch import plan_watch
from ballast.update.permit import exclusion, objection_to_go_on
from ballast.update.waves import counted, left_out
from ballast.words import groups as say_groups
from ballast.words import rollout as say
from ballast.words.incident import few

SETTLES_WITHIN = timedelta(minutes=30)  # the last old instances leave


def plan_refreshes(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    """One step of a rollout that moves: begin with a group, carry it on, or finish."""
    after = _counted(fleet, rollout, now)
    if rollout.refreshing:
        return plan_watch(fleet, rollout, after, now)
    groups = groups_to_do(fleet, rollout, now)
    if not groups:
        return _plan_end(fleet, rollout, after, now)
    why_not = objection_to_go_on(fleet, rollout, now)
    if why_not:
        return _recount(fleet, rollout, after, why_not.why, now)
    left = {group: why for group in groups if (why := why_not_launched(group, fleet.capacity))}
    if len(left) == len(groups):
        return _recount(fleet, rollout, after, "; ".join(few([f"{g} waits: {why}" for g, why in left.items()])), now)
    group, hosts = min(((g, h) for g, h in groups.items() if g not in left), key=lambda item: (len(item[1]), item[0]))
    running = refresh_of(fleet, group)
    if running and not running.ended:
        return _recount(fleet, rollout, after, f"{group} is being refreshed already", now)
    begun = next_revision(
        replace(after, refreshing=group, refresh_asked_at=None, wave=0, wave_done_at=None, told=after.told + 1)
    )
    told = Tell(say_groups.refreshing(fleet, begun, group, len(hosts), now))
    return Plan(f"refresh {group}", (told, Record(rollout, begun)))


def plan_stop(fleet: Fleet, rollout: Rollout) -> Plan | None:
    """Cancel what an earlier phase of the rollout had begun; one that Auto Scaling rolls back itself goes on."""
    asked_at = rollout.refresh_asked_at
    if rollout.refreshing is None or (rollout.moves and asked_at is None):
        return None
    of_this_phase = rollout.started_at and asked_at and asked_at >= rollout.started_at
    if of_this_phase and rollout.moves:
        return None
    running = refresh_of(fleet, rollout.refreshing)
    cancel = (CancelRefresh(rollout.refreshing),) if running and running.going_on and asked_at else ()
    stopped = Record(rollout, next_revision(replace(rollout, refreshing=None, refresh_asked_at=None)))
    return Plan(f"the refresh of {rollout.refreshing} goes no further", (*cancel, stopped))


def groups_to_do(fleet: Fleet, rollout: Rollout, now: datetime) -> dict[str, tuple[Host, ...]]:
    """The hosts that have still to be replaced, by group."""
    found: dict[str, list[Host]] = defaultdict(list)
    for host in _open_hosts(fleet, rollout, now):
        group = group_of(fleet, host.id)
        if group not in rollout.groups_done and objection_to_group(template_of(fleet, group), fleet, rollout) is None:
            found[group].append(host)
    return {group: tuple(hosts) for group, hosts in found.items()}


def left_by_groups(fleet: Fleet, rollout: Rollout, now: datetime) -> dict[str, str]:
    """Why a host that nothing else excludes is not replaced, by instance id."""
    found = {}
    for host in _open_hosts(fleet, rollout, now):
        group = group_of(fleet, host.id)
        why = objection_to_group(template_of(fleet, group), fleet, rollout)
        if why:
            found[host.id] = f"{group} cannot be refreshed: {why}"
        elif group in rollout.groups_done:
            found[host.id] = f"{group} was refreshed, and it still runs {host.version}"
    return found


def _plan_end(fleet: Fleet, rollout: Rollout, after: Rollout, now: datetime) -> Plan:
    """Done once the old instances are gone, or have had their time to go."""
    settles = rollout.wave_done_at is not None and now - rollout.wave_done_at < SETTLES_WITHIN
    if settles and after.on_target < after.total:
        return _recount(fleet, rollout, after, "the last old instances are on their way out", now)
    rolled_back = rollout.state is RolloutState.ROLLING_BACK
    state = RolloutState.ROLLED_BACK if rolled_back else RolloutState.DONE
    done = next_revision(replace(after, state=state, ended_at=now, wave_done_at=None, groups_seen_at=None))
    left = left_out(fleet, done, now) | left_by_groups(fleet, done, now)
    return Plan("every group has been seen to", (Tell(say.done(fleet, done, left, now)), Record(rollout, done)))


def _counted(fleet: Fleet, rollout: Rollout, now: datetime) -> Rollout:
    after = counted(fleet, rollout, now)
    return replace(after, excluded=after.excluded + len(left_by_groups(fleet, rollout, now)))


def _recount(fleet: Fleet, rollout: Rollout, after: Rollout, reason: str, now: datetime) -> Plan:
    if after == rollout:
        return Plan(reason)
    later = next_revision(replace(after, told=after.told + 1))
    return Plan(reason, (Tell(say.progress(fleet, later, (), now)), Record(rollout, later)))


def _open_hosts(fleet: Fleet, rollout: Rollout, now: datetime) -> tuple[Host, ...]:
    return tuple(h for h in fleet.hosts if not on_target(h, rollout) and exclusion(h, rollout, now) is None)
