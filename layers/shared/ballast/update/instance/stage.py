"""Take an instance that still serves to the point where it would boot into the target."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostAnswer, HostProblem, HostUpdateSettings
from ballast.plans.actions import Claim, Record
from ballast.plans.plan import Plan, next_revision
from ballast.records.document import Document
from ballast.records.field import shown
from ballast.records.rollout import InstanceUpdate, Rollout, Stage
from ballast.update.instance.ask import Meaning, ask, hear, meaning
from ballast.update.instance.give_up import plan_excluded, plan_failed
from ballast.update.instance.owed import taken_over

AGAIN = timedelta(minutes=1)
BUSY_AT_MOST = timedelta(minutes=30)


def plan_begin(host: Host, rollout: Rollout, now: datetime) -> Plan:
    """Take up an instance: what state is it in, and what are its settings?"""
    before = host.update
    update = InstanceUpdate(
        cluster=rollout.cluster,
        instance_id=host.id,
        rollout=rollout.id,
        target=rollout.target,
        stage=Stage.CHECKING,
        since=now,
        wave=rollout.wave,
        began_from=host.version,
        revision=before.revision if before else 0,
    )
    if before and before.owes:  # its settings are still those of the update before
        update = replace(update, version_lock=before.version_lock, ignore_waves=before.ignore_waves)
    claim, run = ask(update, Document.CHECK, now)
    return Plan(f"{host.id} is next", (Claim(claim.after, before), run, *taken_over(host, now)))


def plan_again(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """Once its back-off is over."""
    checking = replace(update, stage=Stage.CHECKING, since=now, harmed=False, owes=None, owed_since=None)
    return Plan("another attempt", (*ask(update, Document.CHECK, now, checking), *taken_over(host, now)))


def plan_checking(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """Remember its settings as they were before the first change of ours, then stage the target."""
    heard = hear(host, update, now)
    if isinstance(heard, Plan):
        return heard
    if heard.problem is HostProblem.UNREADABLE:  # nothing was changed yet, and it is its host's fault alone
        return plan_excluded(host, update, heard.words or "its answer cannot be read", now)
    if heard.status is None or heard.problem:
        return _retry(host, update, Document.CHECK, heard, now)
    if heard.status.active == update.target:
        done = next_revision(replace(update, stage=Stage.DONE, since=now))
        return Plan("it runs the target", (Record(update, done),))
    staging = replace(update, stage=Stage.STAGING, since=now, began_from=heard.status.active or update.began_from)
    if update.version_lock is None and heard.settings:
        settings = heard.settings
        if not settings.can_be_put_back:
            why = f"its version lock is {shown(settings.version_lock)}, which could not be put back"
            return plan_excluded(host, update, why, now)
        staging = replace(staging, version_lock=settings.version_lock, ignore_waves=settings.ignore_waves)
    return Plan("stage the target while it serves", ask(update, Document.STAGE, now, staging))


def plan_staging(host: Host, update: InstanceUpdate, now: datetime) -> Plan:
    """A failed prepare can look successful, so what counts is the state afterwards.

    https://github.com/bottlerocket-os/bottlerocket-core-kit (sources/api/thar-be-updates, updog)
    """
    heard = hear(host, update, now)
    if isinstance(heard, Plan):
        return heard
    if heard.status is None:
        return _retry(host, update, Document.STAGE, heard, now)
    means = meaning(heard.status, heard.settings or HostUpdateSettings(update.target, ignore_waves=True), update.target)
    if means is Meaning.ON_TARGET:
        returning = replace(update, stage=Stage.RETURNING, since=now)
        return Plan("it runs the target", ask(update, Document.RESTORE, now, returning))
    if means is Meaning.READY:
        staged = next_revision(replace(update, stage=Stage.STAGED, since=now, asked=None, command_id=None))
        return Plan("it would boot into the target", (Record(update, staged),))
    if heard.problem in (HostProblem.BUSY, HostProblem.UNSURE):
        return _retry(host, update, Document.STAGE, heard, now)
    return plan_failed(host, update, heard.words or f"the target could not be staged: {means}", now)


def _retry(host: Host, update: InstanceUpdate, document: Document, heard: HostAnswer, now: datetime) -> Plan:
    """Where the host is busy or unsure, look again before anything is repeated."""
    passing = heard.problem in (HostProblem.BUSY, HostProblem.UNSURE, HostProblem.NEVER_REFRESHED)
    if not passing or now - update.since > BUSY_AT_MOST:
        return plan_failed(host, update, heard.words or "its answer could not be read", now)
    if update.command_at and now - update.command_at < AGAIN:
        return Plan(f"it is asked again in a minute: {heard.words}")
    unsure = heard.problem is HostProblem.UNSURE and update.asked is document
    return Plan(f"ask again: {heard.words}", ask(update, Document.CHECK if unsure else document, now))
