"""How does each action read in a notice or a log?"""

from __future__ import annotations

from typing import assert_never

from ballast.plans.actions import (
    Action,
    Announce,
    Claim,
    ContinueTermination,
    DeregisterContainerInstance,
    PutHook,
    Reactivate,
    Record,
    RecordWatch,
    SendHeartbeat,
    SetScaleInProtection,
    StartDraining,
    StopTask,
    Tell,
    TerminateInstance,
)
from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh, UpdateAction


def describe(action: Action) -> str | None:
    """One line, or None for what happens in Ballast's own books."""
    match action:
        case StartDraining(_, arn) | Reactivate(_, arn):
            status = "DRAINING" if isinstance(action, StartDraining) else "ACTIVE"
            return f"set container instance {_short(arn)} to {status}"
        case SetScaleInProtection(group, instance_id, protected):
            return f"{'protect' if protected else 'unprotect'} {instance_id} of {group} {'from' if protected else 'for'} scale-in"
        case StopTask(_, arn, _):
            return f"stop task {_short(arn)}"
        case SendHeartbeat(group, hook, instance_id, _):
            return f"send a heartbeat of {hook} on {group} for {instance_id}"
        case ContinueTermination(group, hook, instance_id, _):
            return f"complete {hook} on {group} for {instance_id} with CONTINUE"
        case TerminateInstance(group, instance_id):
            return f"have {group} terminate {instance_id} and launch another"
        case DeregisterContainerInstance(_, arn):
            return f"deregister container instance {_short(arn)}, whose host is gone"
        case PutHook(group, hook, _):
            return f"put lifecycle hook {hook} on {group}"
        case RunCommand() | FollowImage() | StartRefresh() | CancelRefresh():
            return _describe_update(action)
        case Announce() | Claim() | Record() | RecordWatch() | Tell():
            return None
        case _:
            assert_never(action)


def _describe_update(action: UpdateAction) -> str:
    match action:
        case RunCommand(document, parameters, update, _):
            values = "".join(f" {value}" for value in parameters.values())
            return f"run {document}{values} on {update.instance_id}"
        case FollowImage(template, image_id, _, _):
            return f"make a version of launch template {template.launch_template_id} of {template.group} that boots {image_id}"
        case StartRefresh(group, towards, _):
            return f"start an instance refresh of {group}" + (f" towards {towards.image_id}" if towards else "")
        case CancelRefresh(group):
            return f"cancel the instance refresh of {group}"


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
