"""What EC2 and Auto Scaling answer while they lag, or about what cannot be asked. Everything here is off at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from simulator.world.core.core import ACCOUNT_ID, Core
from simulator.world.core.errors import AwsError
from simulator.world.core.records import Instance, InstanceState
from simulator.world.ec2.instances import Ec2

type Refusal = Literal["throttled", "denied", "busy", "contended"]

REFUSALS: dict[tuple[str, Refusal], tuple[str, int]] = {  # code and HTTP status; the rest are those of ECS
    ("ec2", "throttled"): ("RequestLimitExceeded", 503),
    ("ec2", "denied"): ("UnauthorizedOperation", 403),
    ("autoscaling", "throttled"): ("Throttling", 400),
    ("autoscaling", "denied"): ("AccessDenied", 403),
}


# What a group that is busy refuses, and what one that others are changing does.
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html (and the pages of the others)
BUSY = ("SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup", "UpdateAutoScalingGroup")
CONTENDED = (*BUSY, "LaunchInstances", "CompleteLifecycleAction", "SetInstanceProtection", "DescribeScalingActivities")


class Answers:
    """EC2 "follows an eventual consistency model".

    https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    """

    def __init__(self, core: Core, ec2: Ec2) -> None:
        self._core = core
        self._ec2 = ec2
        self.lag_s = 0.0  # DescribeInstances tells what was so many seconds ago
        self.unknown_until_s: dict[str, float] = {}  # instances that it does not know meanwhile
        self.left_out_until_s: dict[str, float] = {}  # instances that their group's answers leave out
        self.refused_groups: dict[str, Refusal] = {}
        self.refused_calls: dict[tuple[str, str], Refusal] = {}  # by service and operation

    def state(self, instance: Instance) -> InstanceState:
        if not self.lag_s:
            return instance.state
        return self._ec2.state_at(instance, self._core.clock.now_s - self.lag_s) or instance.state

    def knows(self, instance: Instance) -> bool:
        now_s = self._core.clock.now_s
        if now_s < self.unknown_until_s.get(instance.id, 0.0):
            return False
        known = not self.lag_s or self._ec2.state_at(instance, now_s - self.lag_s) is not None
        return known and self._ec2.visible(instance)

    def group_knows(self, instance: Instance) -> bool:
        return self._core.clock.now_s >= self.left_out_until_s.get(instance.id, 0.0)

    def check(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise what AWS answers to a call that is refused, or that names a group which cannot be asked."""
        how = self.refused_calls.get((service, operation))
        if how is None and service == "autoscaling" and self.refused_groups:
            named = (params.get("AutoScalingGroupName"), *params.get("AutoScalingGroupNames", ()))
            how = next((self.refused_groups[name] for name in named if name in self.refused_groups), None)
            of_instance = self._ec2.instances.get(params.get("InstanceId", ""))
            if how is None and of_instance is not None and of_instance.group is not None:
                busy = self.refused_groups.get(of_instance.group)
                how = busy if busy in ("busy", "contended") else None
        if how is not None and operation in {"busy": BUSY, "contended": CONTENDED}.get(how, (operation,)):
            self._core.note("call_refused", service=service, operation=operation, how=how)
            raise _refusal(service, operation, how)


def _refusal(service: str, operation: str, how: Refusal) -> AwsError:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html for the words of a denial."""
    if how == "busy":
        return AwsError("ScalingActivityInProgress", "Scaling activity is in progress and blocks this action.")
    if how == "contended":
        return AwsError(
            "ResourceContention", "You already have a pending update to an Amazon EC2 Auto Scaling resource."
        )
    names: dict[Refusal, str] = {"throttled": "ThrottlingException", "denied": "AccessDeniedException"}
    code, status = REFUSALS.get((service, how), (names[how], 400))
    if how == "throttled":
        return AwsError(code, "Rate exceeded", status)
    who = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/ballast/ballast"
    message = f"User: {who} is not authorized to perform: {service}:{operation} with an explicit deny in a service "
    return AwsError(code, message + "control policy", status)
