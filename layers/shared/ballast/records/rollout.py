"""What do we remember of a rollout? The items `rollout#…` of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RolloutState(StrEnum):
    """WAITING has a target and no permission yet; HALTED starts nothing more. A new target takes the place of the record."""

    WAITING = "waiting"
    RUNNING = "running"
    HALTED = "halted"
    ROLLING_BACK = "rolling_back"
    DONE = "done"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Rollout:
    """One release on its way over the instances of one variant and architecture of a cluster.

    `wave` 0 is the canary; `wave_done_at` is when every instance of the wave had ended, so when its bake began.
    `total` and the counts are as of the last round. In a rollback `target` is the version to return to.
    """

    cluster: str
    variant: str
    arch: str
    target: str
    image_id: str | None
    state: RolloutState
    strategy: str  # in-place or replace
    created_at: datetime
    approved_at: datetime | None = None
    approved_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    resumed_at: datetime | None = None  # earlier failures no longer count
    wave: int = 0
    wave_done_at: datetime | None = None
    halted_reason: str | None = None
    bad_version: str | None = None  # in a rollback: the version that is left
    refreshing: str | None = None  # strategy replace: the group that is being refreshed
    refresh_asked_at: datetime | None = None
    groups_done: tuple[str, ...] = ()  # refreshed, or their launch template has followed
    drift_told: tuple[str, ...] = ()  # groups whose launch template boots another release, and people know
    groups_seen_at: datetime | None = None  # after the end: when all launch templates were found as they should be
    total: int = 0
    on_target: int = 0
    failed: int = 0
    excluded: int = 0
    told: int = 0  # number of the last progress notice
    revision: int = 0

    @property
    def item(self) -> str:
        return f"rollout#{self.variant}#{self.arch}"

    @property
    def id(self) -> str:
        """Names it among the rollouts of its cluster, variant and architecture."""
        return f"{self.target}/{self.created_at:%Y%m%dT%H%M%SZ}"

    @property
    def told_since(self) -> datetime:
        """What is resumed or rolled back is told as a new incident, so that its page does not outlive its cause."""
        return self.resumed_at or self.created_at

    @property
    def incident(self) -> str:
        return f"{self.cluster}/rollout/{self.variant}/{self.arch}/{self.target}/{self.told_since:%Y%m%dT%H%M%SZ}"

    @property
    def moves(self) -> bool:
        """Whether it may take up instances, so that what permits or forbids it matters."""
        return self.state in (RolloutState.RUNNING, RolloutState.ROLLING_BACK)

    @property
    def over(self) -> bool:
        return self.state in (RolloutState.DONE, RolloutState.ROLLED_BACK)
