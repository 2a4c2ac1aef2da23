"""Why does it wait? As far as the books and the policy say: what only the function sees is named as such."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.policy.policy import policy_objection
from ballast.policy.updates import Approval
from ballast.policy.windows import holds, next_opening, open_until
from ballast.records.disruption import Disruption, Phase
from ballast.records.pause import PAUSED
from ballast.records.rebalancing import Move, MovePhase
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.update.waves import bakes_until

PREPARING = (Stage.CHECKING, Stage.STAGING, Stage.STAGED)
OUT = (Stage.DRAINING, Stage.REBOOTING, Stage.RETURNING)


def why_rollout(r: Rollout, cluster: Cluster, now: datetime) -> str | None:
    """What holds all of a rollout that waits or moves."""
    updates = cluster.policy.updates
    if r.over or r.state is RolloutState.HALTED:
        return None
    if why := policy_objection(cluster.policy, now):
        return why
    if r.state is RolloutState.WAITING:
        if r.approved_at is None and updates.approval is Approval.MANUAL:
            return f"for its approval: ballast approve --cluster {r.cluster} --version {r.target}"
        return f"it bakes until {_time(r.created_at + updates.bake)}" if now < r.created_at + updates.bake else None
    if holds(updates.frozen, now):
        return f"updates are frozen ({updates.frozen})"
    if open_until(updates.windows, now) is None:
        return f"the next maintenance window opens at {_time(next_opening(updates.windows, now))}"
    until = bakes_until(r, updates)
    if until and now < until:
        return f"the wave bakes until {_time(until)}"
    if r.held:  # a pause on record that is over: the rollout has not looked yet
        return None if r.held.startswith(PAUSED) else r.held
    return r.standstill.why if r.standstill and r.moves else None


def why_update(
    u: InstanceUpdate, r: Rollout, cluster: Cluster, others: Sequence[InstanceUpdate], now: datetime
) -> str:  # fmt: skip
    """Its own words where it has some; "" of one that is on its way."""
    if u.stage is Stage.FAILED and u.retry_at:
        return f"{u.why}; tried again at {_time(u.retry_at)}"
    if u.why or u.stage not in PREPARING:
        return u.why or ""
    if r.state is RolloutState.HALTED:
        return "its rollout is halted"
    if why := why_rollout(r, cluster, now):
        return why
    if u.asked:
        return f"for the host's answer to {u.asked}"
    out = sorted(o.instance_id for o in others if o.rollout == u.rollout and o.stage in OUT)
    if out:
        return f"for {out[0]}{f' and {len(out) - 1} more' if len(out) > 1 else ''} to be back"
    return "for its turn, the disruption budget or room for its tasks; the log of update_bottlerocket says which"


def why_drain(d: Disruption, cluster: Cluster, now: datetime) -> str:
    """What one that has not begun, or goes on, waits for next."""
    match d.phase:
        case Phase.WAITING:
            why = policy_objection(cluster.policy, now)
            again = f"tried again at {_time(d.retry_at)}" if d.retry_at else "tried again with the next sweep"
            return f"{why}; {again}" if why else f"{again}; its message says what speaks against it"
        case Phase.CLAIMED:
            return "for ECS to set it DRAINING"
        case Phase.DRAINING | Phase.FORCED | Phase.FORCING:
            left = f"its last {len(d.tasks_seen)}" if d.tasks_seen else f"{d.tasks_at_start or 'its'}"
            return f"for {left} tasks to {'stop' if d.phase is not Phase.DRAINING or d.forced else 'move'}"
        case Phase.ESCALATED:
            return "for a human, as its deadline is over; its message says what holds it"
        case Phase.DRAINED:
            return "for its update" if d.told_by_rollout else "for its group" if d.hook or d.is_a_step else "for EC2"
        case Phase.ROLLING_BACK:
            return "for ECS to set it ACTIVE again"
        case Phase.ROLLED_BACK:
            return f"given up; not tried again before {_time(d.retry_at)}" if d.retry_at else "given up"


def why_move(m: Move) -> str:
    """What a move of rebalancing waits for."""
    match m.phase:
        case MovePhase.LAUNCHING:
            return f"for an instance of {m.home} to join first"
        case MovePhase.DRAINING:
            return f"for {m.tasks or 'its'} tasks to move"
        case MovePhase.TERMINATING:
            return f"for {m.group} to end it"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
