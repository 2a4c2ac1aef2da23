"""Carry out what a rollout does to groups as a whole; only update_bottlerocket may."""

from __future__ import annotations

from ballast.aws import instance_refresh, launch_templates
from ballast.plans.update_actions import CancelRefresh, FollowImage, StartRefresh


def change_group(action: FollowImage | StartRefresh | CancelRefresh) -> None:
    """Each may be carried out twice."""
    match action:
        case FollowImage():
            launch_templates.follow(action)
        case StartRefresh(group, towards, preferences):
            instance_refresh.start(group, towards, preferences)
        case CancelRefresh(group):
            instance_refresh.cancel(group)
