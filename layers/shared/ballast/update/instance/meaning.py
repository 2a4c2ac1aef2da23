"""What does an update status mean for a target? The version that runs decides first, the state only after it."""

from __future__ import annotations

from enum import StrEnum

from ballast.facts.host_answer import HostUpdateSettings, UpdateState, UpdateStatus
from ballast.records.version import newer

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
