"""Our lifecycle hook: put, beaten and let go as Auto Scaling asks for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ballast.aws import lifecycle_hooks
from ballast.facts.group import GroupHook
from tests.aws_stubs import Stubs

ID = "i-0123456789abcdef0"
ACTION = {"AutoScalingGroupName": "web", "LifecycleHookName": "ballast-drain", "InstanceId": ID}


def test_only_terminating_hooks_are_read(aws: Stubs) -> None:
    def hook(name: str, transition: str) -> dict[str, Any]:
        return {
            "LifecycleHookName": name,
            "LifecycleTransition": f"autoscaling:EC2_INSTANCE_{transition}",
            "HeartbeatTimeout": 900,
            "DefaultResult": "CONTINUE",
        }

    found = {"LifecycleHooks": [hook("a", "LAUNCHING"), hook("b", "TERMINATING")]}
    aws.answers("autoscaling", "describe_lifecycle_hooks", {"AutoScalingGroupName": "web"}, found)

    assert lifecycle_hooks.terminating_hooks("web") == (GroupHook("web", "b", 900, "CONTINUE"),)


def test_our_hook_continues_by_default_and_names_its_cluster(aws: Stubs) -> None:
    asked = {
        "AutoScalingGroupName": "web",
        "LifecycleHookName": "ballast-drain",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        "HeartbeatTimeout": 900,
        "DefaultResult": "CONTINUE",
        "NotificationMetadata": json.dumps({"cluster": "prod"}),
    }
    aws.answers("autoscaling", "put_lifecycle_hook", asked, {})

    lifecycle_hooks.put_hook("web", "ballast-drain", "prod", 900)


@pytest.mark.parametrize(("token", "named"), [("t" * 36, {"LifecycleActionToken": "t" * 36}), (None, {})])
def test_a_hook_is_held_and_released_with_its_token_if_it_has_one(
    aws: Stubs, token: str | None, named: dict[str, str]
) -> None:
    aws.answers("autoscaling", "record_lifecycle_action_heartbeat", ACTION | named, {})
    released = ACTION | named | {"LifecycleActionResult": "CONTINUE"}
    aws.answers("autoscaling", "complete_lifecycle_action", released, {})

    lifecycle_hooks.send_heartbeat("web", "ballast-drain", ID, token)
    lifecycle_hooks.continue_termination("web", "ballast-drain", ID, token)
