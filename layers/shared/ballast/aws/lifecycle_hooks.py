"""Amazon EC2 Auto Scaling: the lifecycle hooks of a group, and ours: put it, beat it, let it go."""

from __future__ import annotations

import json

from ballast.aws.autoscaling import unless_over
from ballast.aws.session import client
from ballast.facts.group import GroupHook

TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"


def terminating_hooks(group: str) -> tuple[GroupHook, ...]:
    hooks = client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=group)["LifecycleHooks"]
    return tuple(
        GroupHook(group, raw["LifecycleHookName"], raw["HeartbeatTimeout"], raw["DefaultResult"])
        for raw in hooks
        if raw["LifecycleTransition"] == TERMINATING
    )


def put_hook(group: str, hook: str, cluster: str, heartbeat_timeout_s: int) -> None:
    """CONTINUE as default, since ABANDON would skip the other hooks; the metadata says whose instances these are.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
    """
    client("autoscaling").put_lifecycle_hook(
        AutoScalingGroupName=group,
        LifecycleHookName=hook,
        LifecycleTransition=TERMINATING,
        HeartbeatTimeout=heartbeat_timeout_s,
        DefaultResult="CONTINUE",
        NotificationMetadata=json.dumps({"cluster": cluster}),
    )


def continue_termination(group: str, hook: str, instance_id: str, token: str | None) -> None:
    """Let the group go on; that nothing waits any more is fine."""
    unless_over(
        client("autoscaling").complete_lifecycle_action,
        **_action(group, hook, instance_id, token),
        LifecycleActionResult="CONTINUE",
    )


def send_heartbeat(group: str, hook: str, instance_id: str, token: str | None) -> None:
    unless_over(
        client("autoscaling").record_lifecycle_action_heartbeat,
        **_action(group, hook, instance_id, token),
    )


def _action(group: str, hook: str, instance_id: str, token: str | None) -> dict[str, str]:
    action = {"AutoScalingGroupName": group, "LifecycleHookName": hook, "InstanceId": instance_id}
    return action | ({"LifecycleActionToken": token} if token else {})
