"""Does a brake hold a rollout, and what of a plan waits for its end? Ballast is paused, or nobody follows its drains.

What has rebooted is verified and given back meanwhile, what drains is given back, and what is staged waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet
from ballast.plans.action import Action
from ballast.plans.actions import Claim, StartDraining, TerminateInstance
from ballast.plans.plan import Plan
from ballast.plans.update_actions import FollowImage, RunCommand, StartRefresh
from ballast.records.document import Document

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
