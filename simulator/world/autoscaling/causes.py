"""Why an activity began, in the words of Auto Scaling.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-verify-scaling-activity.html
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Core

# By the cause that the model gives, of what begins at an instance and not at the desired capacity.
OF_INSTANCES = {
    "unhealthy": "in response to an EC2 instance status checks failure.",
    "user": "in response to an EC2 health check indicating it has been terminated or stopped.",
    "spot": "in response to an EC2 health check indicating it has been terminated or stopped.",
}


def at(core: Core) -> str:
    return f"At {core.iso(core.clock.now_s)[:19]}Z "


def desired_changed(core: Core, group: Group, before: int, why: str) -> str:
    """`why`: who changed it, such as a user request or the alarm of a policy."""
    return f"{at(core)}{why} changing the desired capacity from {before} to {group.desired}."


def started(core: Core, group: Group, *, before: int) -> str:
    reason = f"{group.why}  " if group.why else ""
    return (
        f"{reason}{at(core)}an instance was started in response to a difference between desired and actual capacity, "
        f"increasing the capacity from {before} to {before + 1}."
    )


def shrunk(core: Core, group: Group, instance_id: str, *, before: int) -> str:
    reason = f"{group.why}  " if group.why else ""
    return (
        f"{reason}{at(core)}an instance was taken out of service in response to a difference between desired and "
        f"actual capacity, shrinking the capacity from {before} to {before - 1}.  "
        f"{at(core)}instance {instance_id} was selected for termination."
    )


def taken_out(core: Core, instance_id: str, cause: str) -> str:
    response = OF_INSTANCES.get(cause, "in response to a user request.")
    return f"{at(core)}instance {instance_id} was taken out of service {response}"


def activity_id(member: Member, word: str) -> str:
    """The same from its begin to its end, and none of the world's chance."""
    if word == "Terminate" and member.leaves_as:
        return member.leaves_as
    return str(uuid5(NAMESPACE_URL, f"{member.instance.id} {word} {member.changed_at_s}"))
