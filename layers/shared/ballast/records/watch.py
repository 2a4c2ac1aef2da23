"""What do we remember of things that are not ours to change? The items `watch#…` of the ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ballast.value import dataclass


class WatchKind(StrEnum):
    FOREIGN_DRAIN = "foreign_drain"
    AGENT_LOST = "agent_lost"
    AGENTS_LOST = "agents_lost"  # many at once; its subject is "*"
    UNREADABLE_POLICY = "unreadable_policy"  # its subject is the tag's key and value
    END_OF_LIFE = "end_of_life"  # its subject is a variant of Bottlerocket
    UNKNOWN_RELEASE = "unknown_release"  # its subject is variant/architecture


@dataclass(frozen=True, slots=True)
class Watch:
    """Something that is not ours to change, remembered since when, so that it is told once if it lasts."""

    cluster: str
    kind: WatchKind
    subject: str
    since: datetime
    told: bool = False
    revision: int = 0

    @property
    def item(self) -> str:
        return f"watch#{self.kind}#{self.subject}"

    @property
    def incident(self) -> str:
        return f"{self.cluster}/{self.kind}/{self.subject}/{self.since:%Y%m%dT%H%M%SZ}"
