"""What do we remember of one instance of a rollout? The items `update#…` of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ballast.records.document import Document


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
    revision: int = 0

    @property
    def item(self) -> str:
        return f"update#{self.instance_id}"

    @property
    def settled(self) -> bool:
        """Whether nothing more is going to happen to it, unless it is tried again."""
        return self.stage in (Stage.DONE, Stage.FAILED, Stage.EXCLUDED)

    @property
    def failed(self) -> bool:
        """Whether it counts against the failure budget: harmed by its reboot, or all its attempts used up."""
        return self.stage in (Stage.FAILED, Stage.REPLACING) and (self.harmed or self.retry_at is None)
