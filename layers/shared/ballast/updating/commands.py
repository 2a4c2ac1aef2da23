"""What an operator tells a rollout, as the event `Ballast Update Command` that the command line sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ballast.updating.versions import Version

DETAIL_TYPE = "Ballast Update Command"


class CommandKind(StrEnum):
    APPROVE = "approve"
    HALT = "halt"
    RESUME = "resume"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Command:
    """`variant` and `arch` None = every rollout of the cluster; `by` is who said so, as AWS knows them."""

    kind: CommandKind
    cluster: str
    by: str
    at: datetime
    variant: str | None = None
    arch: str | None = None
    version: str | None = None
    reason: str | None = None

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
        }


def parse_command(detail: Mapping[str, Any], at: datetime) -> Command:
    """Raises KeyError or ValueError in words."""
    kind = detail["command"]
    if kind not in tuple(CommandKind):
        raise ValueError(f"command is {kind!r} but must be one of {', '.join(CommandKind)}")
    if not detail["cluster"] or not isinstance(detail["cluster"], str):
        raise ValueError("cluster must be the name of a cluster")
    version = detail.get("version")
    return Command(
        kind=CommandKind(kind),
        cluster=detail["cluster"],
        by=str(detail.get("by") or "somebody"),
        at=at,
        variant=detail.get("variant"),
        arch=detail.get("arch"),
        version=str(Version.parse(version)) if version else None,
        reason=detail.get("reason"),
    )
