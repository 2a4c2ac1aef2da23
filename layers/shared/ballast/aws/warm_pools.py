"""Amazon EC2 Auto Scaling: who is in the warm pool of a group, whose description has the size of the pool and no more.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ballast.aws.autoscaling import membership_in
from ballast.aws.session import client
from ballast.facts.group import GroupMembership

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup


def has_pool(group: RawGroup) -> bool:
    """Also one that is being deleted, which is there until its last instance has ended, and one that is told to be empty.

    Whether that size counts those that leave is nowhere said.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html
    """
    return "WarmPoolConfiguration" in group


def in_pool(group: RawGroup) -> list[tuple[str, GroupMembership]]:
    """By EC2 id, of a group as it is described.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeWarmPool.html
    """
    pages = client("autoscaling").get_paginator("describe_warm_pool")
    asked = pages.paginate(AutoScalingGroupName=group["AutoScalingGroupName"])
    return [(raw["InstanceId"], membership_in(group, raw)) for page in asked for raw in page["Instances"]]
