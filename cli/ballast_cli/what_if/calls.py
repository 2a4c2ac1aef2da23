"""A call that changes something, in words; "" of what a drain asks of ECS and of hooks, which is told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def worded(asked: Mapping[str, Any]) -> str:
    """`asked` as the simulator's journal has it."""
    given: Mapping[str, Any] = asked["params"]
    group = given.get("AutoScalingGroupName", "")
    match asked["operation"]:
        case "PutLifecycleHook":
            return f"put the lifecycle hook {given['LifecycleHookName']} on {group}"
        case "SetDesiredCapacity":
            return f"set the desired capacity of {group} to {given['DesiredCapacity']}"
        case "LaunchInstances":
            return f"launch {given.get('RequestedCapacity', 1)} in {group}"
        case "TerminateInstanceInAutoScalingGroup":
            fewer = given.get("ShouldDecrementDesiredCapacity")
            return (
                f"have the group of {given['InstanceId']} end it, {'and want one fewer' if fewer else 'and replace it'}"
            )
        case "SetInstanceProtection":
            on = "on" if given["ProtectedFromScaleIn"] else "off"
            return f"scale-in protection {on} for {', '.join(given['InstanceIds'])}"
        case "StartInstanceRefresh":
            return f"start an instance refresh of {group}"
        case "CancelInstanceRefresh":
            return f"cancel the instance refresh of {group}"
        case "UpdateAutoScalingGroup":
            return f"have {group} launch from another version of its template"
        case "CreateLaunchTemplateVersion" | "ModifyLaunchTemplate":
            return f"a new version of launch template {given['LaunchTemplateId']}"
        case "StopTask":
            return f"stop task {str(given['task']).rpartition('/')[2]}"
        case "DeregisterContainerInstance":
            return f"deregister container instance {str(given['containerInstance']).rpartition('/')[2]}, whose host is gone"
        case _:
            return ""
