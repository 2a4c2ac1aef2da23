"""Carry out one action on an Auto Scaling group or on an instance of it."""

from __future__ import annotations

from typing import assert_never

from ballast.aws import autoscaling
from ballast.drain.hook import DEFAULT_HEARTBEAT_S
from ballast.plans.actions import ContinueTermination, PutHook, SendHeartbeat, SetScaleInProtection, TerminateInstance

type GroupAction = SetScaleInProtection | SendHeartbeat | ContinueTermination | TerminateInstance | PutHook


def act_on_group(action: GroupAction) -> None:
    """Each may be carried out twice: what is over already is no error."""
    match action:
        case SetScaleInProtection(group, instance_id, protected):
            autoscaling.set_protection(group, instance_id, protected=protected)
        case SendHeartbeat(group, hook, instance_id, token):
            autoscaling.send_heartbeat(group, hook, instance_id, token)
        case ContinueTermination(group, hook, instance_id, token):
            autoscaling.continue_termination(group, hook, instance_id, token)
        case TerminateInstance(_, instance_id):
            autoscaling.terminate(instance_id)
        case PutHook(group, hook, cluster):
            autoscaling.put_hook(group, hook, cluster, DEFAULT_HEARTBEAT_S)
        case _:
            assert_never(action)
