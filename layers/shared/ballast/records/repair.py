"""What is believed of an instance that is ill, and what do we remember of the repairs of a group? Items `repairs#…`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ballast.value import dataclass


class Signal(StrEnum):
    """What an instance is believed to be ill by, the surest first."""

    NEVER_JOINED = "never_joined"  # in service in its group, and ECS does not list it
    REGISTRATION_FAILED = "registration_failed"
    AGENT_LOST = "agent_lost"
    IMPAIRED = "impaired"  # a health check of ECS
    EC2_IMPAIRED = "ec2_impaired"  # a status check of EC2
    STARTS_FAIL = "starts_fail"  # tasks fail to start there, and nowhere else
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True)
class Repairs:
    """Of one Auto Scaling group. `never_joined`: ids of those launched in a row of which none joined, by one `template`.

    `never_joined_at`: when the last of these was given up.
    """

    cluster: str
    group: str
    begun: tuple[datetime, ...] = ()  # of the last hours
    never_joined: tuple[str, ...] = ()
    never_joined_at: datetime | None = None
    template: str | None = None
    failures: int = 0  # repairs in a row after which another instance of the group was ill
    failed_at: datetime | None = None
    held_at: datetime | None = None  # when a common cause held its repairs last
    revision: int = 0

    @property
    def item(self) -> str:
        return f"repairs#{self.group}"
