"""What an operator puts right in a group: its tags, and processes that somebody has suspended."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.world.autoscaling.api import require_group
from simulator.world.autoscaling.group_records import Group
from simulator.world.core.core import Output, Params
from simulator.world.parts import Parts


def create_or_update_tags(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html."""
    for tag in params["Tags"]:
        require_group(world, tag["ResourceId"]).tags[tag["Key"]] = tag.get("Value", "")
    return {}


def resume_processes(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html."""
    resume(world, require_group(world, params["AutoScalingGroupName"]), params.get("ScalingProcesses", ()))
    return {}


def resume(world: Parts, group: Group, processes: Sequence[str]) -> None:
    """All of them when none is named; what was left undone is done at once."""
    for process in processes or tuple(group.suspended):
        if group.suspended.pop(process, None) and process == "Launch":
            group.retries_at_s, group.failing_since_s = 0.0, None
    world.note("processes_resumed", group=group.name, processes=sorted(group.suspended))
    world.groups.health.look_again(group)
    world.groups.reconcile(group)


OPERATIONS = {"CreateOrUpdateTags": create_or_update_tags, "ResumeProcesses": resume_processes}
