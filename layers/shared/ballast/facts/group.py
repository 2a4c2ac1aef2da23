"""An Auto Scaling group: who belongs to it, and what holds its instances."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """What Auto Scaling knows of an instance."""

    group: str
    lifecycle_state: str
    protected_from_scale_in: bool = False

    @property
    def in_service(self) -> bool:
        return self.lifecycle_state == "InService"


@dataclass(frozen=True, slots=True)
class GroupHook:
    """A terminating lifecycle hook of a group."""

    group: str
    name: str
    heartbeat_timeout_s: int
    default_result: str
