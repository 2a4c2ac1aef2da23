"""Instance refreshes of an Auto Scaling group."""

from __future__ import annotations

from datetime import datetime

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Refresh:
    """The newest instance refresh of a group: `status` and `why` are Auto Scaling's, `percent` of the instances are replaced.

    `started_at` None: it is pending, so it has not begun.
    """

    group: str
    id: str
    status: str
    started_at: datetime | None
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
    """How a group is refreshed: `percent` of its instances, after which the refresh ends by itself.

    `warmup_s`: how long a new instance has, at least, before an old one goes; None = as the group says.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """

    max_healthy_percent: int
    percent: int
    skip_matching: bool
    auto_rollback: bool
    warmup_s: int | None = None
