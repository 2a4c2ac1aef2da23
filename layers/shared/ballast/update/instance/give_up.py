"""Give up on an instance: unstage it, put its settings back, let it serve again, and say what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.end import TERMINATE_AGAIN, give_back
from ballast.facts.fleet import Host
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, Tell, TerminateInstance
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Reason
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.ask import ask, hear, is_on_its_way
from ballast.update.instance.owed import is_undone, owing
from ballast.words import undone as say

UNSTAGED_AT_MOST = timedelta(minutes=15)
# 2^n minutes before; https://github.com/bottlerocket-os/bottlerocket-update-operator does the same
LONGEST_BACKOFF = timedelta(hours=24)


def plan_failed(host: Host, update: InstanceUpdate, why: str, now: datetime, *, harmed: bool = False) -> Plan:
    """End the attempt; `harmed` when its reboot was for nothing."""
    return _unstage(host, update, why, now, then=Stage.FAILED, harmed=harmed)


def plan_excluded(host: Host, update: InstanceUpdate, why: str, now: datetime) -> Plan:
    return _unstage(host, update, why, now, then=Stage.EXCLUDED)


def plan_abandoned(host: Host, update: InstanceUpdate, why: str, now: datetime) -> Plan:
    """The rollout goes no further; nothing is wrong with the instance. What it stages is cancelled once it is staged."""
    if update.stage is Stage.STAGING and is_on_its_way(host, update, now):
        return Plan(f"a cancel amid its staging would find nothing: {why}")
    return _unstage(host, update, why, now, then=None)


def plan_unstaging(host: Host, update: InstanceUpdate, now: datetime, *, most_attempts: int) -> Plan:
    """Serving first, settings second; a host that does not answer is let go after a while, but not forgotten."""
    serve = back_to_service(host)
    if update.asked is None:
        return Plan(f"given up: {update.why}", (*serve, Record(update, _after(update, now, most_attempts))))
    heard = hear(host, update, now)
    overdue = now - update.since > UNSTAGED_AT_MOST
    if isinstance(heard, Plan) and not overdue:
        return Plan(heard.reason, (*serve, *heard.actions))
    undone = not isinstance(heard, Plan) and is_undone(update.asked, heard.problem)
    if overdue and not undone:
        owes = owing(update, _after(update, now, most_attempts), update.asked, now)
        return Plan(
            "it is let go, and asked again later", (*serve, Tell(say.not_undone(host, owes, now)), Record(update, owes))
        )
    if not undone:
        if update.command_at and now - update.command_at < timedelta(minutes=1):
            return Plan("it is asked again in a minute", serve)
        return Plan("ask again", (*serve, *ask(update, Document.CANCEL, now)))
    return Plan(f"given up: {update.why}", (*serve, Record(update, _after(update, now, most_attempts))))


def plan_replacing(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """Until EC2 has taken it; told again in case the first call was lost."""
    membership = host.view.membership
    if membership and membership.in_service and now - update.since >= TERMINATE_AGAIN:
        again = next_revision(replace(update, since=now))
        return Plan("terminate it again", (TerminateInstance(membership.group, host.id), Record(update, again)))
    return Plan("its group replaces it")


def back_to_service(host: Host) -> tuple[Action, ...]:
    """ACTIVE and protected as before, where the update had drained it.

    Where something else has it since, that alone has: nothing is resumed should the instance survive it.
    """
    disruption = host.disruption
    if disruption is not None and disruption.update_waits_since:
        return (Record(disruption, next_revision(replace(disruption, update_waits_since=None))),)
    if disruption is None or disruption.reason is not Reason.BOTTLEROCKET_UPDATE or disruption.foreign:
        return ()
    return (*give_back(host.view, disruption, serves=True), Record(disruption, None))


def _unstage(
    host: Host, update: InstanceUpdate, why: str, now: datetime, *, then: Stage | None, harmed: bool = False
) -> Plan:
    unstaging = replace(update, stage=Stage.UNSTAGING, since=now, why=why, then=then, harmed=harmed)
    if update.stage is Stage.CHECKING and update.version_lock is None:  # its settings were never read, nor changed
        untouched = Claim(next_revision(replace(unstaging, asked=None, command_id=None)), update)
        return Plan(why, (untouched, *back_to_service(host)))
    return Plan(why, (*ask(update, Document.CANCEL, now, unstaging), *back_to_service(host)))


def _after(update: InstanceUpdate, now: datetime, most_attempts: int) -> InstanceUpdate | None:
    if update.then is None:
        return None
    attempts = update.attempts + (update.then is Stage.FAILED)
    backoff = min(timedelta(minutes=2**attempts), LONGEST_BACKOFF)
    again = update.then is Stage.FAILED and attempts < most_attempts
    ended = replace(update, stage=update.then, since=now, attempts=attempts, asked=None, command_id=None)
    return next_revision(replace(ended, retry_at=now + backoff if again else None))
