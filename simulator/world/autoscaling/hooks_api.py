"""Auto Scaling answers about lifecycle hooks."""

from __future__ import annotations

from simulator.world.autoscaling.api import require_group, require_own
from simulator.world.autoscaling.group_records import Group, Hook, LifecycleAction
from simulator.world.autoscaling.hooks import find_action
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.parts import Parts

SHORTEST_HEARTBEAT_S, LONGEST_HEARTBEAT_S = 30, 7200
MOST_HOOKS = 50


def describe_hooks(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html."""
    group = require_group(world, params["AutoScalingGroupName"])
    names = params.get("LifecycleHookNames") or list(group.hooks)
    return {"LifecycleHooks": [_hook(group, group.hooks[name]) for name in names if name in group.hooks]}


def put_hook(world: Parts, params: Params, actor: str) -> Output:
    """Creates or changes a hook; instances that wait already are not affected. The default result is ABANDON.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
    """
    group = require_own(world, params["AutoScalingGroupName"])
    name = params["LifecycleHookName"]
    old = group.hooks.get(name)
    if old is None and "LifecycleTransition" not in params:
        raise AwsError("ValidationError", "LifecycleTransition is required to create a hook.")
    if old is None and len(group.hooks) >= MOST_HOOKS:
        raise AwsError("LimitExceeded", "A group has at most 50 lifecycle hooks.")
    hook = Hook(
        name,
        params.get("DefaultResult", old.default_result if old else "ABANDON"),
        params.get("HeartbeatTimeout", old.heartbeat_timeout_s if old else 3600),
        params.get("LifecycleTransition", old.transition if old else ""),
        params.get("NotificationMetadata", old.notification_metadata if old else None),
    )
    if not SHORTEST_HEARTBEAT_S <= hook.heartbeat_timeout_s <= LONGEST_HEARTBEAT_S:
        raise AwsError("ValidationError", "HeartbeatTimeout must be between 30 and 7200 seconds.")
    group.hooks[name] = hook
    world.note("lifecycle_hook_put", group=group.name, hook=name, actor=actor)
    return {}


def complete_action(world: Parts, params: Params, actor: str) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html."""
    result = params["LifecycleActionResult"]
    if result not in ("CONTINUE", "ABANDON"):
        message = f"Lifecycle action result must be CONTINUE or ABANDON, not {result}."
        raise AwsError("ValidationError", message)
    world.groups.hooks.complete(_action(world, params), result, actor=actor)
    return {}


def record_heartbeat(world: Parts, params: Params, actor: str) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html."""
    world.groups.hooks.heartbeat(_action(world, params), actor=actor)
    return {}


def _action(world: Parts, params: Params) -> LifecycleAction:
    return find_action(
        require_group(world, params["AutoScalingGroupName"]),
        params["LifecycleHookName"],
        instance_id=params.get("InstanceId"),
        token=params.get("LifecycleActionToken"),
    )


def _hook(group: Group, hook: Hook) -> Output:
    shown: Output = {
        "LifecycleHookName": hook.name,
        "AutoScalingGroupName": group.name,
        "LifecycleTransition": hook.transition,
        "HeartbeatTimeout": hook.heartbeat_timeout_s,
        "GlobalTimeout": int(hook.global_timeout_s),
        "DefaultResult": hook.default_result,
    }
    if hook.notification_metadata is not None:
        shown["NotificationMetadata"] = hook.notification_metadata
    return shown


OPERATIONS = {
    "DescribeLifecycleHooks": describe_hooks,
    "PutLifecycleHook": put_hook,
    "CompleteLifecycleAction": complete_action,
    "RecordLifecycleActionHeartbeat": record_heartbeat,
}
