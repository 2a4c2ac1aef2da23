"""What Auto Scaling tells the event bus after it has launched or terminated an instance.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
"""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Member
from simulator.world.core.core import Core
from simulator.world.ec2.instances import instance_arn

DESCRIPTIONS = {"Launch": "Launching a new EC2 instance", "Terminate": "Terminating EC2 instance"}


def announce_launch(core: Core, member: Member) -> None:
    _announce(core, member, "Launch", origin="EC2", destination="AutoScalingGroup")


def announce_termination(core: Core, member: Member) -> None:
    _announce(core, member, "Terminate", origin="AutoScalingGroup", destination="EC2")


def _announce(core: Core, member: Member, word: str, *, origin: str, destination: str) -> None:
    instance, now = member.instance, core.iso(core.clock.now_s)[:19] + "Z"
    core.emit(
        "aws.autoscaling",
        f"EC2 Instance {word} Successful",
        [member.group.arn, instance_arn(instance.id)],
        {
            "StatusCode": "InProgress",
            "Description": f"{DESCRIPTIONS[word]}: {instance.id}",
            "AutoScalingGroupName": member.group.name,
            "ActivityId": core.uuid(),
            "Details": {"Availability Zone": instance.zone, "Subnet ID": "subnet-12345678"},
            "RequestId": core.uuid(),
            "StatusMessage": "",
            "EndTime": now,
            "EC2InstanceId": instance.id,
            "StartTime": now,
            "Cause": instance.cause,
            "Origin": origin,
            "Destination": destination,
        },
    )
