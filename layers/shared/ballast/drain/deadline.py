"""Decide what becomes of a drain whose deadline has passed with tasks left: rolled back, forced, or told to a human."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ballast.drain.end import REPLACED, give_back, remembered, stop_unprotected, why_not_back
from ballast.facts.view import View
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Outcome
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words import outcomes as say_how

if TYPE_CHECKING:
    from ballast.drain.blockers import Blocker

AFTER_FORCE = timedelta(minutes=10)  # stopTimeout and deregistration delay of the tasks that were stopped
AFTER_ROLLBACK = timedelta(hours=6)
SET_BACK = (Phase.CLAIMED, Phase.DRAINING, Phase.FORCING, Phase.FORCED)
LAST_LOOKS = timedelta(minutes=3)  # before a hook lets go: one may be lost
AGAIN = timedelta(minutes=10)  # after a pause has set it back


def plan_deadline(view: View, known: Disruption, now: datetime) -> Plan:
    """The outcome that the operator chose, once its deadline has come with tasks left."""
    if known.phase is Phase.FORCING:
        return _plan_force(view, known, now)
    if view.tasks is None:
        return plan_unread(view, known, now) or Plan("its deadline has passed; its tasks have to be read first")
    policy = view.cluster.policy
    outcome = policy.scale_in_outcome if known.hook else policy.voluntary_outcome
    cannot_return = known.forced or known.foreign or view.leaves_its_group
    if known.phase is Phase.FORCED or (outcome is Outcome.ROLLBACK and cannot_return):
        outcome = Outcome.ESCALATE
    if known.reason is Reason.REBALANCING and not cannot_return:
        outcome = Outcome.ROLLBACK  # no task is stopped to save money
    if known.is_a_step and outcome is Outcome.ESCALATE and not cannot_return:
        outcome = Outcome.ROLLBACK  # it can wait, so no human has to decide and nothing stays DRAINING
    if known.reason is Reason.DRILL:
        outcome = Outcome.ROLLBACK
    match outcome:
        case Outcome.ROLLBACK:
            rolling = next_revision(replace(known, phase=Phase.ROLLING_BACK))
            plan = plan_rollback(view, rolling, now)
            return Plan(plan.reason, (Claim(rolling, known), *plan.actions))
        case Outcome.FORCE:
            forcing = next_revision(replace(known, phase=Phase.FORCING))
            plan = _plan_force(view, forcing, now)
            return Plan(plan.reason, (Claim(forcing, known), *plan.actions))
        case Outcome.ESCALATE:
            return _escalated(view, known, _blockers(view, now), now)


def plan_unread(view: View, known: Disruption, now: datetime) -> Plan | None:
    """Past its deadline nobody could read what runs there, and its hook is about to let it go by itself: people are told."""
    hook = known.hook
    if hook is None or hook.completed or view.unlisted or known.phase not in SET_BACK:
        return None
    is_past = known.outcome_at is not None and now >= known.outcome_at
    if not is_past or now + LAST_LOOKS < hook.waits_since + timedelta(seconds=hook.heartbeat_timeout_s):
        return None
    return _escalated(view, known, (), now)


def _escalated(view: View, known: Disruption, why: tuple[Blocker, ...], now: datetime) -> Plan:
    told = Tell(say_how.drain_stuck(view, known, why, now))
    seen = remembered(view, known, now)
    escalated = next_revision(replace(seen, phase=Phase.ESCALATED, overran=Phase.ESCALATED))
    return Plan("its deadline has passed and nothing safe is left to do", (told, Record(known, escalated)))


def _plan_force(view: View, forcing: Disruption, now: datetime) -> Plan:
    if view.tasks is None:
        return plan_unread(view, forcing, now) or Plan("its tasks have to be read before they are stopped")
    stops = stop_unprotected(view, now)
    told = Tell(say_how.drain_forced(view, forcing, len(stops), _blockers(view, now), now))
    seen = remembered(view, forcing, now)
    forced = next_revision(replace(seen, phase=Phase.FORCED, deadline=now + AFTER_FORCE, overran=Phase.FORCED))
    return Plan(
        "its deadline has passed: stop what is not protected",
        (*stops, told, Record(forcing, forced)),
    )


def may_be_set_back(view: View, known: Disruption, now: datetime) -> bool:
    """Whether Ballast is paused, and this is a drain of ours that can be given up: nothing forces it."""
    if view.cluster.policy.pause(now) is None or known.forced or known.foreign:
        return False
    if view.leaves_its_group or view.ec2_state not in (None, "running"):
        return False
    return known.phase in SET_BACK or (
        known.phase is Phase.DRAINED and not known.told_by_rollout and _is_left(known, now)
    )


def _is_left(known: Disruption, now: datetime) -> bool:
    """Empty, and its group, told to replace it or about to be, has not begun to."""
    return known.reason in REPLACED and known.retry_at is not None and now >= known.retry_at


def plan_set_back(view: View, known: Disruption, now: datetime) -> Plan:
    """While Ballast is paused what it drains by its own choice serves again; it is tried again after the pause."""
    rolling = next_revision(replace(known, phase=Phase.ROLLING_BACK))
    plan = plan_rollback(view, rolling, now)
    return Plan("Ballast is paused: back to ACTIVE", (Claim(rolling, known), *plan.actions))


def plan_rollback(view: View, rolling: Disruption, now: datetime) -> Plan:
    """ACTIVE again, scale-in protection as it was. Repeatable: the phase ROLLING_BACK was written before.

    Once it runs: while EC2 does not know it, or has stopped it, nobody could say that it serves.
    """
    if why := why_not_back(view):
        return Plan(why)
    if rolling.reason is Reason.DRILL:
        from ballast.drain.drill import plan_drill_over  # noqa: PLC0415 - few drains are drills

        return plan_drill_over(view, rolling, now)
    stays = not view.leaves_its_group
    in_time = rolling.deadline is None or now < rolling.deadline  # so a pause has set it back
    retry_at = now + (AGAIN if in_time else AFTER_ROLLBACK)
    if rolling.goes_at:
        half_way = now + (rolling.goes_at - now) / 2
        after = next_revision(_anew(replace(rolling, retry_at=min(retry_at, half_way))))
    else:
        # It serves again: what was seen of its tasks says nothing of how it may end by then.
        over = replace(rolling, emptied_at=None, overran=None, tasks_seen=None, seen_at=None)
        after = next_revision(replace(over, phase=Phase.ROLLED_BACK, deadline=None, retry_at=now + timedelta(hours=1)))
    if in_time:
        told = Tell(say_how.drain_set_back(view, rolling, now))
        return Plan("set back: ACTIVE again", (*give_back(view, rolling, serves=stays), told, Record(rolling, after)))
    told = Tell(say_how.drain_rolled_back(view, rolling, _blockers(view, now), now))
    return Plan(
        "its deadline has passed: back to ACTIVE",
        (*give_back(view, rolling, serves=stays), told, Record(rolling, after)),
    )


def _anew(rolling: Disruption) -> Disruption:
    """It waits for its next attempt, of which nothing is known: what was seen of its tasks was of this one."""
    return replace(
        rolling,
        phase=Phase.WAITING,
        deadline=None,
        unprotected=False,
        set_back=(rolling.set_back or 0) + 1,
        emptied_at=None,
        tasks_seen=None,
        seen_at=None,
        overran=None,
        maybe_cut_off_at=None,
    )


def _blockers(view: View, now: datetime) -> tuple[Blocker, ...]:
    from ballast.drain.blockers import blockers  # noqa: PLC0415 - at a deadline only, and it needs the proof

    return blockers(view, now)
