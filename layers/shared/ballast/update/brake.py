"""What holds a rollout, and what of a plan waits for its end? A brake is on, or the stack has no right to go on.

A brake: Ballast is paused, or nobody follows its drains. What has rebooted is verified and given back meanwhile, what
drains is given back, and what is staged waits. Without a right everything stays as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet
from ballast.plans.action import Action, Place
from ballast.plans.actions import Claim, StartDraining, TerminateInstance
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh
from ballast.policy.settings import BY_VARIABLE
from ballast.policy.updates import Strategy
from ballast.records.document import Document
from ballast.records.rollout import Rollout

SILENT_AFTER = timedelta(minutes=3)  # drain_instance is due every minute; two may be lost
BEGIN = (StartDraining, TerminateInstance, StartRefresh, FollowImage)
ALTER = (Document.STAGE, Document.REBOOT)  # the others ask a host, or put it back as it was


def why_held(fleet: Fleet, now: datetime) -> str | None:
    """In words, as part of a sentence; None where no brake is on."""
    pause = fleet.policy.pause(now)
    return pause.words if pause else silence(fleet, now)


def silence(fleet: Fleet, now: datetime) -> str | None:
    """Drains that begin would have nobody to end them, when drain_instance is switched off or fails."""
    seen = fleet.drains_seen_at
    if seen is None or now - seen < SILENT_AFTER:
        return None
    return f"drain_instance, which follows the drains of updates, has not run since {seen:%Y-%m-%d %H:%M} UTC"


def held(plan: Plan, why: str) -> Plan:
    """The plan as it is, or an empty one where it would begin something."""
    return Plan(why) if any(_begins(action) for action in plan.actions) else plan


def _begins(action: Action) -> bool:
    match action:
        case RunCommand():
            return action.document in ALTER
        case Claim():
            return bool(action.budget)
        case _:
            return isinstance(action, BEGIN)


def why_not_granted(fleet: Fleet, rollout: Rollout) -> str | None:
    """In words, where the rollout takes more than the function's role was granted: a tag of a cluster never widens that."""
    wanted = Strategy(rollout.strategy)
    if fleet.may_update in (wanted, Strategy.REPLACE):
        return None
    asked = fleet.policy.updates.strategy is wanted
    says = f"{who_says(fleet, 'UPDATE_STRATEGY')}={wanted} asks for it" if asked else f"it began with strategy {wanted}"
    return f"{says}, but the stack has no right to that until its parameter UpdateRights={wanted} grants it"


def within_rights(fleet: Fleet, rollout: Rollout | None, plans: tuple[Plan, ...]) -> tuple[Plan, ...]:
    """Empty those of which AWS would refuse a part, so that nothing is claimed or timed that cannot be done.

    The rollout stands for that, also one that is over: its instances stay as they are until the right is there.
    """
    lacks = why_not_granted(fleet, rollout) if rollout else None
    if lacks is None:
        return plans
    first, *others = (Plan(lacks) if any(_lacks(a, fleet.may_update) for a in p.actions) else p for p in plans)
    stands = not first.actions and others != list(plans[1:])
    return (Plan(lacks) if stands else first, *others)


def _lacks(action: Action, granted: Strategy) -> bool:
    """A change of launch templates is granted by itself, and known to who plans it."""
    if isinstance(action, StartRefresh | CancelRefresh):
        return granted is not Strategy.REPLACE
    return granted is Strategy.OFF and action.place is Place.ACT


def left_behind(fleet: Fleet, rollout: Rollout) -> tuple[str, ...]:
    """What stays as it is while the stack has no right to end it, in words."""
    refresh = (f"the instance refresh of {rollout.refreshing}",) if rollout.refreshing else ()
    return (*refresh, *(f"{u.instance_id} ({u.stage})" for u in fleet.updates if not u.settled or u.owes))


def who_says(fleet: Fleet, variable: str) -> str:
    """The tag of a cluster wins over the parameter, unless nobody can read it."""
    row = BY_VARIABLE[variable]
    unreadable = any(name == row.tag for name, _, _ in fleet.policy.unreadable)
    if row.tag in fleet.cluster.tags and not unreadable:
        return f"the cluster's tag {row.tag}"
    return f"the parameter {row.parameter}"
