"""Instance refreshes of Auto Scaling groups.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ballast.aws import launch_templates
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.refresh import Refresh, RefreshPreferences
from ballast.plans.update_actions import FollowImage
from ballast.telemetry import logger

if TYPE_CHECKING:
    from ballast.aws.session import RawRefresh, RawRefreshPreferences


def newest(groups: Iterable[str]) -> tuple[Refresh, ...]:
    """The newest of each group; groups that never had one are left out."""
    found = []
    for group in sorted(set(groups)):
        raw = client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=group, MaxRecords=1)
        found += [_refresh(refresh) for refresh in raw["InstanceRefreshes"][:1]]
    return tuple(found)


def start(group: str, towards: FollowImage | None, preferences: RefreshPreferences) -> None:
    """One that runs already is left alone: it is ours from a call before, or somebody's, as the next look tells."""
    desired: Any = {"DesiredConfiguration": launch_templates.desired(towards)} if towards else {}
    try:
        client("autoscaling").start_instance_refresh(
            AutoScalingGroupName=group, Strategy="Rolling", Preferences=_preferences(preferences), **desired
        )
    except CallFailedError as error:
        if error.code != "InstanceRefreshInProgress":
            raise
        logger.info("an instance refresh runs already", group=group)


def cancel(group: str) -> None:
    """Instances that are being replaced are replaced to the end; that nothing runs any more is fine."""
    try:
        client("autoscaling").cancel_instance_refresh(AutoScalingGroupName=group)
    except CallFailedError as error:
        if error.code != "ActiveInstanceRefreshNotFound":
            raise


def _preferences(wanted: RefreshPreferences) -> RawRefreshPreferences:
    """The last checkpoint is where a refresh ends, so it waits for nobody there.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
    """
    warmup: RawRefreshPreferences = {} if wanted.warmup_s is None else {"InstanceWarmup": wanted.warmup_s}
    return {
        **warmup,
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": wanted.max_healthy_percent,
        "CheckpointPercentages": [wanted.percent],
        "CheckpointDelay": 0,
        "SkipMatching": wanted.skip_matching,
        "AutoRollback": wanted.auto_rollback,
        "ScaleInProtectedInstances": "Refresh",
        "StandbyInstances": "Ignore",
    }


def _refresh(raw: RawRefresh) -> Refresh:
    return Refresh(
        group=raw["AutoScalingGroupName"],
        id=raw["InstanceRefreshId"],
        status=raw["Status"],
        started_at=raw.get("StartTime"),
        percent=raw.get("PercentageComplete", 0),
        why=raw.get("StatusReason"),
    )
