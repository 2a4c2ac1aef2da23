"""What Auto Scaling tells the event bus, and remembers, of its launches and terminations.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
"""

from __future__ import annotations

from simulator.world.autoscaling.attached_records import Activity, LaunchFault
from simulator.world.autoscaling.causes import activity_id, started, taken_out
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Core, Output
from simulator.world.ec2.instances import instance_arn

DESCRIPTIONS = {"Launch": "Launching a new EC2 instance", "Terminate": "Terminating EC2 instance"}


def announce_launch(core: Core, member: Member, *, destination: str = "AutoScalingGroup") -> None:
    _announce(core, member, "Launch", origin="WarmPool" if member.from_pool else "EC2", destination=destination)


def announce_termination(core: Core, member: Member) -> None:
    from_pool = member.state.startswith("Warmed:")
    _announce(core, member, "Terminate", origin="WarmPool" if from_pool else "AutoScalingGroup", destination="EC2")


def announce_return(core: Core, member: Member) -> None:
    """A scale-in that puts the instance into the warm pool."""
    _announce(core, member, "Terminate", origin="AutoScalingGroup", destination="WarmPool")


def announce_launch_failure(core: Core, group: Group, zone: str, fault: LaunchFault) -> None:
    """There is no instance, so its id is empty, and so is that in its ARN."""
    message = f"{fault.message} Launching EC2 instance failed."
    cause = started(core, group, before=len(group.staying))
    detail = _detail(core, group, "", zone, status="Failed", message=message, cause=cause)
    group.activities.append(
        Activity(
            detail["ActivityId"],
            core.clock.now_s,
            core.clock.now_s,
            DESCRIPTIONS["Launch"] + ".  Status Reason: " + message,
            cause,
            "Failed",
            message[:255],
        )
    )
    resources = [group.arn, instance_arn("")]
    core.emit("aws.autoscaling", "EC2 Instance Launch Unsuccessful", resources, detail)


def _announce(core: Core, member: Member, word: str, *, origin: str, destination: str) -> None:
    instance, group = member.instance, member.group
    description = f"{DESCRIPTIONS[word]}: {instance.id}"
    cause = member.why if word == "Launch" else member.why_leaving or taken_out(core, instance.id, instance.cause)
    detail = {
        **_detail(core, group, instance.id, instance.zone, status="InProgress", message="", cause=cause),
        "ActivityId": activity_id(member, word),
        "Description": description,
        "Origin": origin,
        "Destination": destination,
    }
    group.activities.append(
        Activity(detail["ActivityId"], member.changed_at_s, core.clock.now_s, description, cause, "Successful")
    )
    resources = [group.arn, instance_arn(instance.id)]
    core.emit("aws.autoscaling", f"EC2 Instance {word} Successful", resources, detail)


def _detail(core: Core, group: Group, instance_id: str, zone: str, *, status: str, message: str, cause: str) -> Output:
    now = core.iso(core.clock.now_s)[:19] + "Z"
    return {
        "StatusCode": status,
        "AutoScalingGroupName": group.name,
        "ActivityId": core.uuid(),
        "Details": {"Availability Zone": zone, "Subnet ID": "subnet-12345678"},
        "RequestId": core.uuid(),
        "StatusMessage": message,
        "EndTime": now,
        "EC2InstanceId": instance_id,
        "StartTime": now,
        "Cause": cause,
    }
