"""What does a host say about its updates? Bottlerocket's update API as `apiclient` prints it, read through SSM.

Fields: sources/api/thar-be-updates/src/status.rs of https://github.com/bottlerocket-os/bottlerocket-core-kit;
errors: sources/api/apiserver/src/server/error.rs of the same. chosen_update, both partitions, most_recent_command,
exit_status and stderr may be null; unknown keys are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ballast.updating.versions import Version

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LOG_LINE = re.compile(r"^\d\d:\d\d:\d\d\s*\[[A-Z]+\]\s*")
WORDS_MOST = 200


class UpdateState(StrEnum):
    """IDLE: nothing on offer. AVAILABLE: on offer. STAGED: on disk. READY: boots next."""

    IDLE = "Idle"
    AVAILABLE = "Available"
    STAGED = "Staged"
    READY = "Ready"


class Problem(StrEnum):
    """BUSY and UNSURE pass; NEVER_REFRESHED wants a check; the others fail the attempt."""

    BUSY = "busy"  # 423
    NOT_ALLOWED = "not_allowed"  # 409
    NEVER_REFRESHED = "never_refreshed"  # 404, after every boot
    GONE = "gone"  # 404: the chosen update is offered no more, or nothing is staged
    UNSURE = "unsure"  # timed out, and the work may go on
    FAILED = "failed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LastCommand:
    """`succeeded` is None for the status Unknown."""

    kind: str
    succeeded: bool | None
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """Versions without "v". `staging` is what is on the other partition set."""

    state: UpdateState
    active: str | None = None
    staging: str | None = None
    staging_boots_next: bool = False
    chosen: str | None = None
    available: tuple[str, ...] = ()
    last_command: LastCommand | None = None


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """settings.updates, as far as we change it."""

    version_lock: str = "latest"
    ignore_waves: bool = False


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """`words` is the problem as a human reads it."""

    status: UpdateStatus | None
    settings: UpdateSettings | None
    problem: Problem | None = None
    words: str | None = None


def read_answer(stdout: str, stderr: str, *, succeeded: bool) -> HostAnswer:
    """Read what a command printed: JSON documents among other lines, of which the last of a kind counts. Never raises."""
    status: UpdateStatus | None = None
    settings: UpdateSettings | None = None
    try:
        for document in _documents(stdout):
            if "update_state" in document:
                status = _status(document)
            elif isinstance(document.get("settings"), Mapping):
                settings = _settings(document["settings"].get("updates") or {})
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return HostAnswer(None, None, Problem.UNREADABLE, _short(f"its answer cannot be read: {error!r}"))
    problem, words = (None, None) if succeeded else _problem(stderr)
    return HostAnswer(status, settings, problem, words)


def _documents(text: str) -> Iterator[Mapping[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while (start := text.find("{", at)) >= 0:
        try:
            document, at = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            at = start + 1
            continue
        if isinstance(document, dict):
            yield document


def _status(raw: Mapping[str, Any]) -> UpdateStatus:
    active, staging = raw.get("active_partition"), raw.get("staging_partition")
    command = raw.get("most_recent_command")
    return UpdateStatus(
        state=UpdateState(raw["update_state"]),
        active=_version(active["image"]) if active else None,
        staging=_version(staging["image"]) if staging else None,
        staging_boots_next=bool(staging and staging.get("next_to_boot")),
        chosen=_version(raw.get("chosen_update")),
        available=tuple(str(Version.parse(text)) for text in raw.get("available_updates") or ()),
        last_command=_last_command(command) if command else None,
    )


def _last_command(raw: Mapping[str, Any]) -> LastCommand:
    succeeded = {"Success": True, "Failed": False}.get(raw["cmd_status"])
    return LastCommand(raw["cmd_type"], succeeded, raw.get("stderr") or "")


def _version(image: Mapping[str, Any] | None) -> str | None:
    return str(Version.parse(image["version"])) if image else None


def _settings(raw: Mapping[str, Any]) -> UpdateSettings:
    return UpdateSettings(str(raw.get("version-lock", "latest")), bool(raw.get("ignore-waves", False)))


def _problem(stderr: str) -> tuple[Problem, str]:
    lines = [ANSI.sub("", line).strip() for line in stderr.splitlines()]
    said = [line for line in lines if line and not LOG_LINE.match(line)] or [line for line in lines if line]
    words = said[-1] if said else "the command failed without a word"
    return _kind(words), _short(words)


def _kind(words: str) -> Problem:
    if "unsure of result" in words:
        return Problem.UNSURE
    status = re.search(r"Status (\d{3}) when", words)
    match status and status[1]:
        case "423":
            return Problem.BUSY
        case "409":
            return Problem.NOT_ALLOWED
        case "404":
            return Problem.NEVER_REFRESHED if "uninitialized" in words else Problem.GONE
        case _:
            return Problem.FAILED


def _short(words: str) -> str:
    """The end of a chain of causes tells most."""
    plain = " ".join(words.split())
    return plain if len(plain) <= WORDS_MOST else f"…{plain[-WORDS_MOST + 1 :]}"
