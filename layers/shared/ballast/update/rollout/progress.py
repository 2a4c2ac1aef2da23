"""Carry a running rollout on: drain the next batch, stage the ones after it, end a wave, bake, or finish."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host, ours
from ballast.facts.zones import why_left
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Policy
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.update.instance.give_up import plan_excluded
from ballast.update.instance.stage import plan_again, plan_begin
from ballast.update.permit import objection_to_go_on, to_do
from ballast.update.rollout import batches
from ballast.update.rollout.batches import Batch, is_out
from ballast.update.waves import bakes_until, counted, disrupted, is_last, left_out, taken_up, wave_limit
from ballast.words import rollout as say
from ballast.words.counted import eta
from ballast.words.incident import count, few

STAGED_WITHIN = timedelta(minutes=3)
HELD_FOR_LONG = timedelta(minutes=5)
AHEAD = 2  # budgets of instances that are staged before their turn


def plan_progress(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    """At most one step of the rollout; its record is written first, so that a halt in between gives the step up."""
    after = counted(fleet, _after_its_bake(rollout, fleet.policy, now), now)
    objection = objection_to_go_on(fleet, rollout, now)
    starts: tuple[Action, ...] = ()
    batch = Batch()
    if objection is None:
        batch = batches.choose_batch(fleet, _most(fleet, after, now), now)
        starts = (
            *batches.begin_batch(batch.hosts, after.wave, now),
            *_stage_more(fleet, after, batch, now),
            *_exclude(fleet, batch, now),
        )
    why_not = objection.why if objection else _why_none(fleet, after, batch, now)
    reason = (
        f"{count(len(batch.hosts), 'instance')} {'drains' if len(batch.hosts) == 1 else 'drain'}"
        if batch.hosts
        else why_not
    )
    if not starts:
        ended = _end_of_wave(fleet, after, now)
        if ended:
            return _recorded(rollout, *ended)
    if starts:
        claimed = next_revision(_foreseen(fleet, after, now) if batch.hosts else after)
        told = (Tell(say.progress(fleet, claimed, batch.hosts, now, after.foreseen)),) if batch.hosts else ()
        return Plan(reason, (Claim(claimed, rollout), *starts, *told))
    if after != rollout:
        later = next_revision(_foreseen(fleet, after, now))
        return Plan(reason, (Tell(say.progress(fleet, later, (), now, after.foreseen)), Record(rollout, later)))
    return Plan(reason)


def wants_batch(fleet: Fleet, rollout: Rollout, now: datetime) -> bool:
    """Whether staged instances may be about to drain together: only then are their tasks worth looking at."""
    after = counted(fleet, _after_its_bake(rollout, fleet.policy, now), now)
    return batches.waits_for(fleet, _most(fleet, after, now), now) is None


def _most(fleet: Fleet, rollout: Rollout, now: datetime) -> int:
    """That may still go in this wave."""
    return 0 if rollout.wave_done_at else _limit(fleet, rollout, now) - disrupted(fleet, rollout)


def _why_left(fleet: Fleet, host: Host) -> str | None:
    """Why nothing begins on it for now; it is not excluded for that, as a zonal shift ends."""
    group = host.view.membership.group if host.view.membership else None
    return why_left(host.instance, group, fleet.capacity)


def _why_none(fleet: Fleet, rollout: Rollout, batch: Batch, now: datetime) -> str:
    """What the rollout waits for, when nothing forbids it to go on."""
    until = bakes_until(rollout, fleet.policy.updates)
    if until:
        return f"{'the canary' if rollout.wave == 0 else f'wave {rollout.wave}'} bakes until {until:%H:%M} UTC"
    if batch.waits and batch.waits not in (batches.NOT_STAGED, batches.ALL_GONE):
        return batch.waits
    if batch.held:
        return "; ".join(few([f"{instance_id} is held: {why}" for instance_id, why in sorted(batch.held.items())]))
    on_their_way = [f"{h.id} is {u.stage}" for h in fleet.hosts if (u := ours(h, rollout)) and _under_way(h, rollout)]
    left = [f"{h.id} waits: {why}" for h in to_do(fleet.hosts, rollout, now) if (why := _why_left(fleet, h))]
    return "; ".join(few(on_their_way or left)) or "goes on"


def _foreseen(fleet: Fleet, rollout: Rollout, now: datetime) -> Rollout:
    """About to be told, with the time at which it is to be done."""
    return replace(rollout, told=rollout.told + 1, foreseen=eta(fleet, rollout, now))


def _passed_over(fleet: Fleet, batch: Batch, now: datetime) -> int:
    """Staged instances that something holds for long, so that others go in their place."""
    held = (h.update for h in fleet.hosts if h.id in batch.held)
    return sum(bool(u and now - u.since >= HELD_FOR_LONG) for u in held)


def _stage_more(fleet: Fleet, rollout: Rollout, batch: Batch, now: datetime) -> tuple[Action, ...]:
    """So many that the next batches find them ready, never more than the wave allows besides those that are held."""
    budget = batches.most_at_once(fleet)
    passed_over = min(_passed_over(fleet, batch, now), budget)
    waiting = sum(bool(h.update and h.update.stage in batches.BEFORE_DRAIN) for h in fleet.hosts) - passed_over
    candidates = [host for host in to_do(fleet.hosts, rollout, now) if _why_left(fleet, host) is None]
    ahead = AHEAD * budget - waiting
    of_wave = _about_to_begin(rollout, fleet.policy, now)
    allowed = _limit(fleet, of_wave, now) + passed_over - taken_up(fleet, rollout)
    again = [
        (h, u)
        for h in fleet.hosts
        if (u := ours(h, rollout))
        and u.stage is Stage.FAILED
        and u.retry_at
        and u.retry_at <= now
        and _why_left(fleet, h) is None
    ]
    plans = [plan_again(host, update, now) for host, update in again]
    if of_wave.wave_done_at is None:
        plans += [plan_begin(host, of_wave, now) for host in candidates[: max(0, min(ahead, allowed))]]
    return tuple(action for plan in plans for action in plan.actions)


def _exclude(fleet: Fleet, batch: Batch, now: datetime) -> tuple[Action, ...]:
    """An instance that could not go for long, although others do not stand in its way, holds nobody up."""
    if batch.hosts:
        return ()
    patience = 2 * fleet.policy.voluntary_deadline
    held = ((h, batch.held[h.id]) for h in fleet.hosts if h.id in batch.held and _why_left(fleet, h) is None)
    plans = [
        plan_excluded(host, host.update, why, now)
        for host, why in held
        if host.update and now - host.update.since >= patience
    ]
    return tuple(action for plan in plans for action in plan.actions)


def _end_of_wave(fleet: Fleet, after: Rollout, now: datetime) -> tuple[str, Rollout, Tell] | None:
    """None while the wave still has something to do."""
    waves, limit = fleet.policy.updates.waves, _limit(fleet, after, now)
    full = after.wave_done_at is not None or disrupted(fleet, after) >= limit
    waits = any(_under_way(host, after) and not (full and _is_staged(host)) for host in fleet.hosts)
    if waits or any(is_out(host, now) for host in fleet.hosts):
        return None
    left = to_do(fleet.hosts, after, now)
    begun = taken_up(fleet, after)
    if left and begun < limit:
        return None
    if not (left or any(_is_staged(host) for host in fleet.hosts)):
        rolled_back = after.state is RolloutState.ROLLING_BACK
        state = RolloutState.ROLLED_BACK if rolled_back else RolloutState.DONE
        done = replace(after, state=state, ended_at=now, wave_done_at=None)
        return "every instance has been seen to", done, Tell(say.done(fleet, done, left_out(fleet, done, now), now))
    if after.wave_done_at or is_last(waves, after.wave):
        return None
    baking = _foreseen(fleet, replace(after, wave_done_at=now), now)
    return "the wave is complete and bakes", baking, Tell(say.progress(fleet, baking, (), now, after.foreseen))


def _about_to_begin(rollout: Rollout, policy: Policy, now: datetime) -> Rollout:
    """The next wave is staged while the bake ends: that costs no capacity, and a halt takes it back."""
    return _after_its_bake(rollout, policy, now + STAGED_WITHIN)


def _after_its_bake(rollout: Rollout, policy: Policy, now: datetime) -> Rollout:
    until = bakes_until(rollout, policy.updates)
    if until is None or now < until or is_last(policy.updates.waves, rollout.wave):
        return rollout
    return replace(rollout, wave=rollout.wave + 1, wave_done_at=None)


def _limit(fleet: Fleet, rollout: Rollout, now: datetime) -> int:
    left = to_do(fleet.hosts, rollout, now)
    return wave_limit(fleet.policy.updates.waves, rollout.wave, taken_up(fleet, rollout) + len(left))


def _is_staged(host: Host) -> bool:
    """A staged host that the wave has passed over drains with the next wave."""
    return host.update is not None and host.update.stage is Stage.STAGED


def _under_way(host: Host, rollout: Rollout) -> bool:
    update = ours(host, rollout)
    if update is None:
        return host.update is not None and not host.update.settled
    return not update.settled or (update.stage is Stage.FAILED and update.retry_at is not None)


def _recorded(rollout: Rollout, reason: str, after: Rollout, told: Tell) -> Plan:
    return Plan(reason, (told, Record(rollout, next_revision(after))))
