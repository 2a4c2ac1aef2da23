"""What an operator tells Ballast, as the event `Ballast Update Command` that the command line sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ballast.records.field import checked_text, shown
from ballast.records.pause import read_span
from ballast.records.release import ARCHES, VARIANT, Version
from ballast.value import dataclass

DETAIL_TYPE = "Ballast Update Command"
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
CLUSTER = re.compile(r"[A-Za-z0-9_-]{1,255}")
ID = re.compile(r"[A-Za-z0-9-]{1,64}")
PLAN = re.compile(r"[0-9a-f]{16}")
INSTANCE, EC2_ID = re.compile(r"i-[0-9a-f]{8,17}"), "the id of an EC2 instance, such as i-0123456789abcdef0"
WORDS_MOST = 300  # they stand in notices
HOLDS = timedelta(minutes=15)  # from its own time: whatever is heard later is not what anybody wants now
GOES_ON = timedelta(hours=2)  # with one that was heard in time, and that AWS has not let us carry out yet
AHEAD = timedelta(minutes=5)  # clocks differ


class CommandKind(StrEnum):
    APPROVE = "approve"
    HALT = "halt"
    PAUSE = "pause"
    RESUME = "resume"
    ROLLBACK = "rollback"
    TEST = "test"
    DRILL = "drill"


FOR_ALL = (CommandKind.PAUSE, CommandKind.RESUME, CommandKind.TEST)
SEVERITIES = ("page", "ticket", "info")  # of a test, as `words.notice.Severity` has them

if TYPE_CHECKING:
    from typing import Protocol

    class Said(Protocol):
        """A pause or a rollout."""

        @property
        def said(self) -> str | None: ...
        @property
        def said_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Command:
    """`variant` and `arch` None = every rollout of the cluster; `by` is who says to have said so: AWS does not tell.

    `cluster` None = every managed one, of a pause and its end; `id`: whatever is said twice under one is done once.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html has no field for a caller.
    """

    kind: CommandKind
    cluster: str | None
    by: str
    at: datetime
    variant: str | None = None
    arch: str | None = None
    version: str | None = None
    reason: str | None = None
    span: timedelta | None = None  # of a pause
    severity: str | None = None  # of a test
    plan: str | None = None  # what was shown to who said so (`records.fingerprint`): it holds for nothing else
    instance: str | None = None  # of a drill: its EC2 id
    id: str | None = None
    event: str | None = None  # the id of the event that brought it

    @property
    def who(self) -> str:
        """As people read it: anybody who may put events can write any name."""
        return f"{self.by} (unverified)"

    def concerns(self, variant: str, arch: str) -> bool:
        return self.variant in (None, variant) and self.arch in (None, arch)

    def to_detail(self) -> dict[str, Any]:
        return {
            "command": self.kind.value,
            "cluster": self.cluster,
            "variant": self.variant,
            "arch": self.arch,
            "version": self.version,
            "by": self.by,
            "reason": self.reason,
            "for": self.span and f"{int(self.span.total_seconds()) // 60}m",
            "id": self.id,
            **({"severity": self.severity} if self.severity else {}),
            **({"plan": self.plan} if self.plan else {}),
            **({"instance": self.instance} if self.instance else {}),
        }


def parse_command(detail: Mapping[str, Any], at: datetime, event: object = None) -> Command:
    """Raises KeyError or ValueError in words for anything that the command line would not send.

    `event` is the id that EventBridge gave the event, and the command's where it brings none.
    """
    kind, variant, arch = detail["command"], detail.get("variant"), detail.get("arch")
    if kind not in tuple(CommandKind):
        raise ValueError(f"command is {shown(kind)} but must be one of {', '.join(CommandKind)}")
    cluster = detail.get("cluster") if kind in FOR_ALL else detail["cluster"]
    if cluster is not None or kind not in FOR_ALL:
        check_scope(cluster, variant, arch)
    elif variant is not None or arch is not None:
        raise ValueError("a rollout is named by its cluster too, so variant and arch need one")
    version = _text(detail, "version")
    return Command(
        kind=CommandKind(kind),
        cluster=cluster,
        by=_text(detail, "by") or "somebody",
        at=at,
        variant=variant,
        arch=arch,
        version=None if version is None else str(Version.parse(version)),
        reason=_text(detail, "reason") or None,
        span=_span(detail.get("for")),
        severity=_severity(detail.get("severity")) if kind == CommandKind.TEST else None,
        plan=None if detail.get("plan") is None else _fitting(detail, "plan", PLAN, "16 digits of base 16"),
        instance=_fitting(detail, "instance", INSTANCE, EC2_ID) if kind == CommandKind.DRILL else None,
        id=_id(detail.get("id")) or _id(event),
        event=_id(event),
    )


def too_late(command: Command, now: datetime, *, heard: bool) -> str | None:
    """Why it holds no more, or not yet, in a sentence. `heard`: it was, in time, and is not carried out yet."""
    if command.at > now + AHEAD:
        return f"It is dated {command.at:%Y-%m-%d %H:%M} UTC, which is yet to come: say it again with the right time."
    if now - command.at <= (GOES_ON if heard else HOLDS):
        return None
    why = (
        f"could not be carried out within {GOES_ON.total_seconds() / 3600:g} hours"
        if heard
        else f"was heard too late: a command holds for {HOLDS.total_seconds() / 60:g} minutes"
    )
    return f"It is from {command.at:%Y-%m-%d %H:%M} UTC and {why}. Say it again if it is still meant."


def overtaken(command: Command, record: Said | None) -> bool:
    """Whether the record holds what somebody said later: a queue may bring the earlier word again, or only now."""
    if record is None or record.said_at is None or (command.id and record.said == command.id):
        return False
    return command.at < record.said_at


def check_scope(cluster: object, variant: object, arch: object) -> None:
    """Raise ValueError in words unless they can be a cluster, a variant or None, and an architecture or None."""
    if not isinstance(cluster, str) or not CLUSTER.fullmatch(cluster):
        raise ValueError(f"cluster is {shown(cluster)} but must be the name of an ECS cluster")
    if variant is not None and not (isinstance(variant, str) and VARIANT.fullmatch(variant)):
        raise ValueError(f"variant is {shown(variant)} but must look like aws-ecs-2")
    if arch is not None and arch not in ARCHES:
        raise ValueError(f"arch is {shown(arch)} but must be {' or '.join(ARCHES)}")


def _span(text: object) -> timedelta | None:
    """A pause is put on although its length cannot be read: for as long as one that names none."""
    try:
        return read_span(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _severity(text: object) -> str:
    if text is None:
        return "ticket"
    if text not in SEVERITIES:
        raise ValueError(f"severity is {shown(text)} but must be one of {', '.join(SEVERITIES)}")
    return str(text)


def _fitting(detail: Mapping[str, Any], name: str, form: re.Pattern[str], what: str) -> str:
    text = detail.get(name)
    if not isinstance(text, str) or not form.fullmatch(text):
        raise ValueError(f"{name} is {shown(text)} but must be {what}")
    return text


def _id(text: object) -> str | None:
    """Part of a key of the ledger; what is none is as if nobody had said it."""
    return text if isinstance(text, str) and ID.fullmatch(text) else None


def _text(detail: Mapping[str, Any], name: str) -> str | None:
    """One line of text; absent and null are None."""
    text = detail.get(name)
    if text is None:
        return None
    text = checked_text(name, text)
    if len(text) > WORDS_MOST:
        raise ValueError(f"{name} has {len(text)} characters but must have at most {WORDS_MOST}")
    return " ".join(text.split())
