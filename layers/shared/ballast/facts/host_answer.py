"""What does a host say about its updates? Bottlerocket's update API as `apiclient` prints it, read through SSM.

Fields: sources/api/thar-be-updates/src/status.rs of https://github.com/bottlerocket-os/bottlerocket-core-kit;
errors: sources/api/apiserver/src/server/error.rs of the same. chosen_update, both partitions, most_recent_command,
exit_status and stderr may be null; unknown keys are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from ballast.records.document import VERSION_LOCK
from ballast.records.field import flag, items, text
from ballast.records.release import Version
from ballast.value import dataclass

# Patterns are compiled on first use: most cold starts read none.
CONTROLS = r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x9f]"
LOG_LINE = r"\d\d:\d\d:\d\d\s*\[[A-Z]+\]"
# What SSM's agent adds below what a failed command printed, and where it cuts: https://github.com/aws/amazon-ssm-agent
SSM_VERDICT = "failed to run commands: "
SSM_CUT = "---Error truncated"
STDERR_MOST = 8000  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
WORDS_MOST = 200


class UpdateState(StrEnum):
    """IDLE: nothing on offer. AVAILABLE: on offer. STAGED: on disk. READY: boots next."""

    IDLE = "Idle"
    AVAILABLE = "Available"
    STAGED = "Staged"
    READY = "Ready"


class HostProblem(StrEnum):
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
class HostUpdateSettings:
    """settings.updates, as far as we change it."""

    version_lock: str = "latest"
    ignore_waves: bool = False

    @property
    def can_be_put_back(self) -> bool:
        """Whether the documents take the lock, so that it may be changed at all."""
        return re.fullmatch(VERSION_LOCK, self.version_lock) is not None


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """`words` is the problem as a human reads it."""

    status: UpdateStatus | None
    settings: HostUpdateSettings | None
    problem: HostProblem | None = None
    words: str | None = None


def read_answer(stdout: str, stderr: str, *, succeeded: bool) -> HostAnswer:
    """Read what a command printed: JSON documents among other lines, of which the last of a kind counts. Never raises.

    A host may print anything. What is read is of the right kind and can be a parameter of a command, or is UNREADABLE;
    only a version lock is taken as it is, since it is a setting that people make (`can_be_put_back`).
    """
    status: UpdateStatus | None = None
    settings: HostUpdateSettings | None = None
    try:
        for document in _documents(stdout):
            if "update_state" in document:
                status = _status(document)
            elif isinstance(document.get("settings"), Mapping):
                settings = _settings(document["settings"].get("updates") or {})
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        return HostAnswer(None, None, HostProblem.UNREADABLE, _short(f"its answer {what}"))
    if not succeeded:
        return HostAnswer(status, settings, *_problem(stderr))
    if "{" in stdout and status is None and settings is None:
        return HostAnswer(None, None, HostProblem.UNREADABLE, "its answer holds neither a status nor settings")
    return HostAnswer(status, settings)


def _documents(printed: str) -> Iterator[Mapping[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while (start := printed.find("{", at)) >= 0:
        try:
            document, at = decoder.raw_decode(printed, start)
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
        staging_boots_next=_flag(staging, "next_to_boot") if staging else False,
        chosen=_version(raw.get("chosen_update")),
        available=tuple(str(Version.parse(each)) for each in _list(raw, "available_updates")),
        last_command=_last_command(command) if command else None,
    )


def _last_command(raw: Mapping[str, Any]) -> LastCommand:
    succeeded = {"Success": True, "Failed": False}.get(raw["cmd_status"])
    return LastCommand(text(raw, "cmd_type"), succeeded, text(raw, "stderr") if raw.get("stderr") is not None else "")


def _version(image: Mapping[str, Any] | None) -> str | None:
    return str(Version.parse(image["version"])) if image else None


def _settings(raw: Mapping[str, Any]) -> HostUpdateSettings:
    lock = text(raw, "version-lock") if raw.get("version-lock") is not None else "latest"
    return HostUpdateSettings(lock, _flag(raw, "ignore-waves"))


def _flag(raw: Mapping[str, Any], name: str) -> bool:
    """False where it is not told: "false" is true to Python."""
    return flag(raw, name) if raw.get(name) is not None else False


def _list(raw: Mapping[str, Any], name: str) -> Sequence[Any]:
    return items(raw, name) if raw.get(name) is not None else ()


def _problem(stderr: str) -> tuple[HostProblem, str]:
    """The last words that are neither progress nor SSM's; a log of up to 600 s of progress may have pushed them out."""
    lines = [line for raw in stderr.splitlines() if (line := " ".join(re.sub(CONTROLS, "", raw).split()))]
    own = [line for line in lines if not line.startswith((SSM_VERDICT, SSM_CUT))]
    said = " ".join(line for line in own if not re.match(LOG_LINE, line))
    kind = _kind(said)
    if kind is HostProblem.FAILED and (SSM_CUT in stderr or len(stderr) >= STDERR_MOST):
        return HostProblem.UNSURE, "its progress filled all that SSM keeps, so how it ended is unknown"
    return kind, _short(said or (own or lines or ["the command failed without a word"])[-1])


def _kind(said: str) -> HostProblem:
    if "unsure of result" in said:
        return HostProblem.UNSURE
    status = re.search(r"Status (\d{3}) when", said)
    match status and status[1]:
        case "423":
            return HostProblem.BUSY
        case "409":
            return HostProblem.NOT_ALLOWED
        case "404":
            return HostProblem.NEVER_REFRESHED if "uninitialized" in said else HostProblem.GONE
        case _:
            return HostProblem.FAILED


def _short(words: str) -> str:
    """The end of a chain of causes tells most."""
    plain = " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())
    return plain if len(plain) <= WORDS_MOST else f"…{plain[-WORDS_MOST + 1 :]}"
