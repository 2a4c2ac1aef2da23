"""Instance refreshes of an Auto Scaling group."""

from __future__ import annotations

from datetime import datetime

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Refresh:
    """The newest instance refresh of a group: `status` and `why` are Auto Scaling's, `percent` of the instances are replaced."""

    group: str
    id: str
    status: str
    started_at: datetime
    percent: int = 0
    why: str | None = None

    @property
    def going_on(self) -> bool:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html."""
        return self.status in ("Pending", "InProgress", "Baking")

    @property
    def ended(self) -> bool:
        return self.status in ("Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed")


@dataclass(frozen=True, slots=True)
class RefreshPreferences:
    """How a group is refreshed. Percentages are of its desired capacity.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """

    max_healthy_percent: int
    checkpoints: tuple[int, ...]
    checkpoint_delay_s: int
    skip_matching: bool
    auto_rollback: bool
