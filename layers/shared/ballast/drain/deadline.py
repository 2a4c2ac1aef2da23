"""Decide what becomes of a drain whose deadline has passed with tasks left: rolled back, forced, or told to a human."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.blockers import blockers
from ballast.drain.end import give_back, remembered, stop_unprotected
from ballast.facts.view import View
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Outcome
from ballast.records.disruption import Disruption, Phase
from ballast.words import outcomes as say_how

AFTER_FORCE = timedelta(minutes=10)  # stopTimeout and deregistration delay of the tasks that were stopped
AFTER_ROLLBACK = timedelta(hours=6)


def plan_deadline(view: View, known: Disruption, now: datetime) -> Plan:
    """The outcome that the operator chose, once its deadline has come with tasks left."""
    if known.phase is Phase.FORCING:
        return _plan_force(view, known, now)
    if view.tasks is None:
        return Plan("its deadline has passed; its tasks have to be read first")
    policy = view.cluster.policy
    outcome = policy.scale_in_outcome if known.hook else policy.voluntary_outcome
    cannot_return = known.forced or known.foreign or view.leaves_its_group
    if known.phase is Phase.FORCED or (outcome is Outcome.ROLLBACK and cannot_return):
        outcome = Outcome.ESCALATE
    if known.told_by_rollout and outcome is Outcome.ESCALATE and not cannot_return:
        outcome = Outcome.ROLLBACK  # an update can wait, so no human has to decide and nothing stays DRAINING
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
            told = Tell(say_how.drain_stuck(view, known, blockers(view, now), now))
            seen = remembered(view, known, now)
            escalated = next_revision(replace(seen, phase=Phase.ESCALATED, overran=Phase.ESCALATED))
            return Plan("its deadline has passed and nothing safe is left to do", (told, Record(known, escalated)))


def _plan_force(view: View, forcing: Disruption, now: datetime) -> Plan:
    if view.tasks is None:
        return Plan("its tasks have to be read before they are stopped")
    stops = stop_unprotected(view, now)
    told = Tell(say_how.drain_forced(view, forcing, len(stops), blockers(view, now), now))
    seen = remembered(view, forcing, now)
    forced = next_revision(replace(seen, phase=Phase.FORCED, deadline=now + AFTER_FORCE, overran=Phase.FORCED))
    return Plan(
        "its deadline has passed: stop what is not protected",
        (*stops, told, Record(forcing, forced)),
    )


def plan_rollback(view: View, rolling: Disruption, now: datetime) -> Plan:
    """ACTIVE again, scale-in protection as it was. Repeatable: the phase ROLLING_BACK was written before."""
    stays = not view.leaves_its_group and view.ec2_state in (None, "running")
    retry_at = now + AFTER_ROLLBACK
    if rolling.goes_at:
        half_way = now + (rolling.goes_at - now) / 2
        after = next_revision(
            replace(
                rolling,
                phase=Phase.WAITING,
                deadline=None,
                retry_at=min(retry_at, half_way),
                unprotected=False,
            )
        )
    else:
        after = next_revision(
            replace(rolling, phase=Phase.ROLLED_BACK, deadline=None, retry_at=now + timedelta(hours=1))
        )
    told = Tell(say_how.drain_rolled_back(view, rolling, blockers(view, now), now))
    return Plan(
        "its deadline has passed: back to ACTIVE",
        (*give_back(view, rolling, serves=stays), told, Record(rolling, after)),
    )
