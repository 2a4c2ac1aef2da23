"""Ask a host something and hear its answer: one Run Command at a time, repeated when nobody knows what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostAnswer, HostProblem, HostUpdateSettings, UpdateState, UpdateStatus
from ballast.plans.actions import Claim
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import RunCommand
from ballast.records.document import Document
from ballast.records.release import newer
from ballast.records.rollout import InstanceUpdate

# Preparing takes up to 600 s by itself, see apiclient's update.rs in bottlerocket-core-kit.
PATIENCE = {Document.STAGE: timedelta(minutes=20)}
USUAL_PATIENCE = timedelta(minutes=5)
SENT_WITHIN = timedelta(minutes=2)  # the function that has claimed it runs for 50 s at most
UNSENT_AT_MOST = timedelta(minutes=30)
NOT_SENT = HostAnswer(None, None, HostProblem.UNSURE, "Systems Manager takes no command for it")
NO_ANSWER = HostAnswer(None, None, HostProblem.UNSURE, "it did not answer")


def ask(
    before: InstanceUpdate, document: Document, now: datetime, changed: InstanceUpdate | None = None
) -> tuple[Claim[InstanceUpdate], RunCommand]:
    """Record that the host is asked, with all else that is `changed`, then ask it: who lost the record sends nothing."""
    asked = next_revision(replace(changed or before, asked=document, command_id=None, command_at=now))
    return Claim(asked, before), RunCommand(document, parameters_of(document, asked), asked, now)


def parameters_of(document: Document, update: InstanceUpdate) -> Mapping[str, str]:
    """settings.updates default to the newest version, in the order of the waves."""
    match document:
        case Document.STAGE:
            return {"TargetVersion": update.target}
        case Document.RESTORE | Document.CANCEL:
            return {
                "VersionLock": update.version_lock or "latest",
                "IgnoreWaves": "true" if update.ignore_waves else "false",
            }
        case _:
            return {}


def hear(host: Host, update: InstanceUpdate, now: datetime) -> HostAnswer | Plan:
    """The answer to what was asked, or what to do until there is one."""
    document, sent_at = update.asked, update.command_at
    if document is None or sent_at is None:
        return NO_ANSWER
    if update.command_id is None:
        if now - sent_at < SENT_WITHIN:
            return Plan(f"{document} is being sent")
        if now - update.since >= UNSENT_AT_MOST:
            return NOT_SENT
        return Plan(f"{document} was not sent", ask(update, document, now))
    if host.report and host.report.ended:
        return host.report.answer
    if now - sent_at < PATIENCE.get(document, USUAL_PATIENCE):
        return Plan(f"{document} is on its way")
    return NO_ANSWER


def is_on_its_way(host: Host, update: InstanceUpdate, now: datetime) -> bool:
    """Whether what the host was asked last may still have its effect."""
    heard = hear(host, update, now)
    return isinstance(heard, Plan) and not heard.actions


LATEST = "latest"


class Meaning(StrEnum):
    """Of one host, seen from the version that it is to run."""

    ON_TARGET = "on target"
    READY = "the target boots next"
    STAGED = "the target is on disk and does not boot next"
    STAGED_OTHER = "another version is staged"
    AVAILABLE = "the target is on offer"
    OFFERED_OTHER = "another version is on offer"
    RECALLED = "an older version is on offer, as the running one was recalled"
    WAITING_FOR_WAVE = "the target is not on offer to this host, or not yet"
    LOCKED = "a version lock keeps the target away"
    NEVER_REFRESHED = "the list of updates was not fetched since it booted"
    REFRESH_FAILED = "the list of updates could not be fetched"
    PREPARE_FAILED = "the target could not be written"
    NOT_STAGED = "nothing is staged although the state says so"


def meaning(status: UpdateStatus, settings: HostUpdateSettings, target: str) -> Meaning:
    """Read the state as bottlerocket-core-kit's thar-be-updates and updog leave it.

    Idle may mean up to date, waiting for a wave, locked, or a failed refresh, and a failed prepare leaves the state as
    it was (sources/api/thar-be-updates/src/status.rs; https://bottlerocket.dev/en/os/latest/#/update/).
    """
    if status.active == target:
        return Meaning.ON_TARGET
    match status.state:
        case UpdateState.STAGED | UpdateState.READY:
            return _staged(status, target)
        case UpdateState.AVAILABLE:
            return _available(status, settings, target)
        case UpdateState.IDLE:
            return _idle(status, settings, target)


def _staged(status: UpdateStatus, target: str) -> Meaning:
    if status.staging is None:
        return Meaning.NOT_STAGED
    if status.staging != target:
        return Meaning.STAGED_OTHER
    ready = status.state is UpdateState.READY and status.staging_boots_next
    return Meaning.READY if ready else Meaning.STAGED


def _available(status: UpdateStatus, settings: HostUpdateSettings, target: str) -> Meaning:
    if _failed(status, "prepare"):
        return Meaning.PREPARE_FAILED
    if status.chosen == target:
        return Meaning.AVAILABLE
    goes_back = status.chosen is not None and status.active is not None and newer(status.active, status.chosen)
    if goes_back and settings.version_lock.removeprefix("v") != status.chosen:
        # Above the manifest's max_version updog offers the newest allowed one: how 1.21.0 was taken back.
        # https://github.com/bottlerocket-os/bottlerocket/issues/4136
        return Meaning.RECALLED
    return Meaning.OFFERED_OTHER


def _idle(status: UpdateStatus, settings: HostUpdateSettings, target: str) -> Meaning:
    if status.last_command is None:
        return Meaning.NEVER_REFRESHED
    if _failed(status, "refresh"):
        return Meaning.REFRESH_FAILED
    if target in status.available and settings.version_lock.removeprefix("v") not in (LATEST, target):
        return Meaning.LOCKED
    return Meaning.WAITING_FOR_WAVE


def _failed(status: UpdateStatus, kind: str) -> bool:
    last = status.last_command
    return last is not None and last.kind == kind and last.succeeded is False
