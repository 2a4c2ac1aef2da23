"""What do we remember of a rollout? The items `rollout#…` of the ledger."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from ballast.records.document import VERSION_LOCK, Document
from ballast.records.field import shown
from ballast.records.release import check_kind, images, versions
from ballast.value import dataclass

STRATEGIES = ("in-place", "replace")


class RolloutState(StrEnum):
    """WAITING has a target and no permission yet; HALTED starts nothing more. A new target takes the place of the record."""

    WAITING = "waiting"
    RUNNING = "running"
    HALTED = "halted"
    ROLLING_BACK = "rolling_back"
    DONE = "done"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Standstill:
    """A rollout has not moved `since`, and people were told `why`."""

    since: datetime
    why: str
    told_at: datetime
    ticket_at: datetime | None = None  # when a ticket was opened


@dataclass(frozen=True, slots=True)
class Rollout:
    """One release on its way over the instances of one variant and architecture of a cluster.

    `wave` 0 is the canary; `wave_done_at` is when every instance of the wave had ended, so when its bake began. With the
    strategy replace, each group has waves of its own.
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
    reopened_at: datetime | None = None  # it was over, and goes on for newcomers or since its target was recalled
    wave: int = 0
    wave_done_at: datetime | None = None
    halted_reason: str | None = None
    bad_version: str | None = None  # in a rollback: the version that is left
    refreshing: str | None = None  # strategy replace: the group that is being refreshed, step by step
    refresh_asked_at: datetime | None = None  # None between its steps
    stepped_at: datetime | None = None  # when the last step was asked for
    unwell_since: datetime | None = None  # strategy replace: an instance that was launched does not serve
    templates_before: tuple[str, ...] | None = None  # group:number, what launch templates were before they followed
    never_joined: tuple[str, ...] | None = None  # strategy replace: launched, and not registered when it was halted
    bad_told: tuple[str, ...] | None = None  # once it was halted: instances that run its target, and people know
    groups_done: tuple[str, ...] = ()  # refreshed, or their launch template has followed
    drift_told: tuple[str, ...] = ()  # groups whose launch template boots another release, and people know
    groups_seen_at: datetime | None = None  # after the end or a halt: when launch templates were as they should be
    total: int = 0
    on_target: int = 0
    failed: int = 0
    excluded: int = 0
    told: int = 0  # number of the last progress notice
    moved_at: datetime | None = None  # when its counts, wave or state changed last
    standstill: Standstill | None = None
    held: str | None = None  # the brake that people were told of, in words
    rolled_back_by: str | None = None  # in a rollback: who said so, and why
    said: str | None = None  # id of the last command that it obeyed
    said_at: datetime | None = None  # its time: what was said before that is not obeyed any more
    foreseen: datetime | None = None  # when it is to be done, as it was told last
    revision: int = 0

    @property
    def item(self) -> str:
        return f"rollout#{self.variant}#{self.arch}"

    def check(self) -> None:
        check_kind(self.variant, self.arch)
        versions((self.target, self.bad_version))
        images((self.image_id,))
        if self.strategy not in STRATEGIES:
            raise ValueError(f"strategy is {shown(self.strategy)} but must be {' or '.join(STRATEGIES)}")
        for entry in self.templates_before or ():
            if not re.fullmatch(r".+:[0-9]{1,10}", entry):
                raise ValueError(f"templates_before has {shown(entry)} but must have group:number")

    @property
    def id(self) -> str:
        """Names it among the rollouts of its cluster, variant and architecture."""
        return f"{self.target}/{self.created_at:%Y%m%dT%H%M%SZ}"

    @property
    def told_since(self) -> datetime:
        """What is resumed, rolled back or goes on after its end is a new incident: of one that is over nobody is told."""
        return max(filter(None, (self.created_at, self.resumed_at, self.reopened_at)))

    @property
    def incident(self) -> str:
        return f"{self.cluster}/rollout/{self.variant}/{self.arch}/{self.target}/{self.told_since:%Y%m%dT%H%M%SZ}"

    def replaces(self, group: str) -> bool:
        """Whether it has Auto Scaling replace the instances of this group, or has just had."""
        return self.refreshing == group or (self.strategy == "replace" and self.moves and group in self.groups_done)

    @property
    def moves(self) -> bool:
        """Whether it may take up instances, so that what permits or forbids it matters."""
        return self.state in (RolloutState.RUNNING, RolloutState.ROLLING_BACK)

    @property
    def over(self) -> bool:
        return self.state in (RolloutState.DONE, RolloutState.ROLLED_BACK)


class Stage(StrEnum):
    """Of one instance. Each is written before its act, so that a function that died in it is taken up again.

    CHECKING: ask for its state and settings. STAGING: pin the target, download and activate it while it serves.
    STAGED: it would boot into the target. DRAINING: its tasks move. REBOOTING: empty, told to reboot, then verified.
    RETURNING: verified; it becomes ACTIVE and its settings.updates are put back. UNSTAGING: given up, the same is done.
    REPLACING: it did not come back; its group terminates it. EXCLUDED and FAILED say `why`.
    """

    CHECKING = "checking"
    STAGING = "staging"
    STAGED = "staged"
    DRAINING = "draining"
    REBOOTING = "rebooting"
    RETURNING = "returning"
    UNSTAGING = "unstaging"
    REPLACING = "replacing"
    DONE = "done"
    FAILED = "failed"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class InstanceUpdate:
    """One instance of a rollout.

    `asked`: the document whose answer is awaited, `command_id` once it has been sent.
    """

    cluster: str
    instance_id: str
    rollout: str  # the rollout's id
    target: str
    stage: Stage
    since: datetime  # of this stage
    wave: int = 0
    asked: Document | None = None
    command_id: str | None = None
    command_at: datetime | None = None
    attempts: int = 0  # that failed
    retry_at: datetime | None = None  # FAILED: not before; None = never
    why: str | None = None  # FAILED, EXCLUDED, UNSTAGING, REPLACING: in words
    harmed: bool = False  # it failed after its reboot
    then: Stage | None = None  # UNSTAGING: what follows; None = it is forgotten, as nothing was wrong with it
    began_from: str | None = None  # its version before
    version_lock: str | None = None  # settings.updates as they were
    ignore_waves: bool | None = None
    missing_since: datetime | None = None  # ECS does not list its instance since
    owes: Document | None = None  # it is settled, and its host has still to hear this
    owed_since: datetime | None = None
    revision: int = 0

    @property
    def item(self) -> str:
        return f"update#{self.instance_id}"

    def check(self) -> None:
        versions((self.target, self.began_from))
        if self.version_lock is not None and not re.fullmatch(VERSION_LOCK, self.version_lock):
            raise ValueError(f"version_lock is {shown(self.version_lock)}, which no command can put back")

    @property
    def settled(self) -> bool:
        """Whether nothing more is going to happen to it, unless it is tried again."""
        return self.stage in (Stage.DONE, Stage.FAILED, Stage.EXCLUDED)

    @property
    def failed(self) -> bool:
        """Whether it counts against the failure budget: harmed by its reboot, or all its attempts used up."""
        return self.stage in (Stage.FAILED, Stage.REPLACING) and (self.harmed or self.retry_at is None)
