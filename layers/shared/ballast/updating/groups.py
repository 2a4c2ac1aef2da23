"""What is known of the Auto Scaling groups of a rollout: what they launch from, and their instance refreshes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Template:
    """What a group launches from.

    `image_id` is as written there, so it may be `resolve:ssm:PARAMETER`. `image_version`: of a public Bottlerocket image,
    None of any other. `version` is as the group names it: a number, $Latest or $Default. `why_fixed`: why Ballast cannot
    change it, in words.
    """

    group: str
    image_id: str | None = None
    image_version: str | None = None
    launch_template_id: str | None = None
    version: str = "$Default"
    why_fixed: str | None = None

    @property
    def follows_parameter(self) -> bool:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html."""
        return self.image_id is not None and self.image_id.startswith("resolve:ssm:")

    @property
    def numbered(self) -> bool:
        return self.version.isdigit()


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
