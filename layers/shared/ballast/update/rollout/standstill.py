"""A rollout that does not move says why, within half an hour; once that lasts for a day, or needs somebody, in a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.updates import Strategy
from ballast.records.rollout import Rollout, RolloutState, Standstill
from ballast.update.brake import left_behind, why_not_granted
from ballast.update.permit import Objection, objection_to_go_on
from ballast.update.rollout.target import due_of
from ballast.update.waves import bakes_until
from ballast.words import standstill as say

TOLD_AFTER = timedelta(minutes=20)
TOLD_AGAIN_AFTER = timedelta(hours=1)  # where the reason is another one by then
TICKET_AFTER = timedelta(days=1)


def explained(fleet: Fleet, rollout: Rollout | None, plan: Plan, now: datetime) -> Plan:
    """The plan; where it does nothing for a rollout that should move, with what stands in its way.

    `Rollout.moved_at` is kept here: a count, a wave or a state that changes is a move, and so is a stage of an instance.
    """
    if rollout is None:
        return plan
    written = [a.after for a in plan.actions if isinstance(a, Claim | Record) and isinstance(a.after, Rollout)]
    if written and _progress(written[-1]) != _progress(rollout):
        return _moved(plan, now)
    if plan.actions or rollout.held or not _should_move(fleet, rollout, now):  # a brake is told by itself
        return plan
    return _stands(fleet, rollout, plan, now) or plan


def _should_move(fleet: Fleet, rollout: Rollout, now: datetime) -> bool:
    """One that waits for its bake has said so when it was planned."""
    if rollout.state is not RolloutState.WAITING or fleet.policy.updates.strategy is Strategy.OFF:
        return rollout.moves or bool(_lacking(fleet, rollout) and left_behind(fleet, rollout))
    due = due_of(fleet, rollout)
    return due is None or due <= now


def _stands(fleet: Fleet, rollout: Rollout, plan: Plan, now: datetime) -> Plan | None:
    since = _since(fleet, rollout)
    objection = objection_to_go_on(fleet, rollout, now) if rollout.moves else _lacking(fleet, rollout)
    until = objection.until if objection else None
    at_fault = bool(objection and objection.at_fault)
    known = rollout.standstill if rollout.standstill and rollout.standstill.since >= since else None
    is_due = now - since >= (TOLD_AFTER if rollout.moves or at_fault else TICKET_AFTER)
    lasts = at_fault or (now - since >= TICKET_AFTER and (until is None or until < now))
    is_new = known is None or (known.why != plan.reason and now - known.told_at >= TOLD_AGAIN_AFTER)
    if not is_due or not (is_new or (lasts and known and known.ticket_at is None)):
        return None
    ticket_at = known.ticket_at if known else None
    stands = Standstill(since, plan.reason, now, ticket_at or (now if lasts else None))
    after = next_revision(replace(rollout, standstill=stands, told=rollout.told + 1))
    left = left_behind(fleet, rollout) if why_not_granted(fleet, rollout) else ()
    notice = say.stands_still(fleet, after, stands, until, left, ticket=lasts and ticket_at is None, now=now)
    return Plan(plan.reason, (Tell(notice), Record(rollout, after)))


def _lacking(fleet: Fleet, rollout: Rollout) -> Objection | None:
    lacks = why_not_granted(fleet, rollout)
    return Objection(lacks, at_fault=True) if lacks else None


def _moved(plan: Plan, now: datetime) -> Plan:
    def noted(record: object) -> object:
        return replace(record, moved_at=now, standstill=None) if isinstance(record, Rollout) else record

    actions = (replace(a, after=noted(a.after)) if isinstance(a, Claim | Record) else a for a in plan.actions)
    return Plan(plan.reason, tuple(actions))


def _since(fleet: Fleet, rollout: Rollout) -> datetime:
    """When something of it moved last; a bake moves until it is over."""
    moments = [
        rollout.created_at,
        rollout.started_at,
        rollout.resumed_at,
        rollout.refresh_asked_at,
        rollout.moved_at,
        bakes_until(rollout, fleet.policy.updates),
        *(u.since for u in (*fleet.updates, *fleet.lost) if u.rollout == rollout.id),
    ]
    return max(moment for moment in moments if moment)


def _progress(rollout: Rollout) -> tuple[object, ...]:
    r = rollout
    return r.id, r.state, r.wave, r.wave_done_at, r.on_target, r.failed, r.refreshing, r.refresh_asked_at, r.groups_done
