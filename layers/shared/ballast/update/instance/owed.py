"""A host that could not be told to take back what an update did to it: on record, told by name, and asked until it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostProblem
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.ask import ask
from ballast.words import undone as say

ASKED_EVERY = timedelta(minutes=5)
# The last command of CANCEL is the cancel, which has nothing to do where nothing is staged.
NOTHING_STAGED = (HostProblem.NOT_ALLOWED, HostProblem.NEVER_REFRESHED)


def is_undone(document: Document, problem: HostProblem | None) -> bool:
    return problem is None or (document is Document.CANCEL and problem in NOTHING_STAGED)


def owing(update: InstanceUpdate, ended: InstanceUpdate | None, document: Document, now: datetime) -> InstanceUpdate:
    """The update as it `ended`, or left alone where it would be forgotten, with what its host still has to hear."""
    kept = ended or replace(update, stage=Stage.EXCLUDED, since=now)
    why = f"{kept.why}; it did not hear that" if kept.why else None
    return replace(kept, why=why, owes=document, owed_since=now, asked=None, command_id=None, command_at=now)


def plan_owed(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """A settled update whose host still has to hear something."""
    document = update.owes
    if document is None:
        return Plan("settled")
    heard = host.report.answer if update.asked is document and host.report and host.report.ended else None
    if heard and is_undone(document, heard.problem):
        return plan_settled(host, update, now, how="It has heard that")
    if update.command_at and now - update.command_at < ASKED_EVERY:
        return Plan(f"it is asked again in a while: {update.why or document}")
    return Plan("ask again", ask(update, document, now))


def plan_settled(host: Host, update: InstanceUpdate, now: datetime, *, how: str) -> Plan:
    """Nothing is left of it; one that would have been forgotten is."""
    settled = next_revision(replace(update, owes=None, owed_since=None, asked=None, command_id=None))
    forgotten = update.stage is Stage.EXCLUDED and update.then is None
    told = Tell(say.undone(host, update, now, how=how))
    return Plan("nothing is owed any more", (told, Record(update, None if forgotten else settled)))


def taken_over(host: Host, now: datetime) -> tuple[Tell, ...]:
    """Another attempt takes on what is owed: its end puts the same settings back."""
    update = host.update
    if update is None or update.owes is None:
        return ()
    return (Tell(say.undone(host, update, now, how="It is taken up again, which puts its settings back at its end")),)
