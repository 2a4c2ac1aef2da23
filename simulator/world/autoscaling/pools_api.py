"""Auto Scaling answers about warm pools and scaling activities."""

from __future__ import annotations

from simulator.world.autoscaling.api import require_group
from simulator.world.autoscaling.group_records import Activity, Group
from simulator.world.autoscaling.group_shapes import member_shown, pool_shown
from simulator.world.core.core import Output, Params
from simulator.world.core.paging import page
from simulator.world.parts import Parts


def describe_warm_pool(world: Parts, params: Params, _actor: str) -> Output:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeWarmPool.html."""
    group = require_group(world, params["AutoScalingGroupName"])
    members = [member for member in group.members.values() if member.warm]
    size = min(params.get("MaxRecords") or 50, 50)
    shown, token = page(members, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "Instances": [
            member_shown(member) | {"HealthStatus": "Healthy" if member.healthy else "Unhealthy"} for member in shown
        ],
        **({"WarmPoolConfiguration": pool_shown(group.warm_pool)} if group.warm_pool else {}),
        **({"NextToken": token} if token else {}),
    }


def describe_activities(world: Parts, params: Params, _actor: str) -> Output:
    """Of one group, newest first.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
    """
    group = require_group(world, params["AutoScalingGroupName"])
    size = min(params.get("MaxRecords") or 100, 100)
    newest_first = group.activities[::-1]
    shown, token = page(newest_first, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "Activities": [_activity(world, group, activity) for activity in shown],
        **({"NextToken": token} if token else {}),
    }


def _activity(world: Parts, group: Group, activity: Activity) -> Output:
    at = world.moment(activity.at_s)
    shown: Output = {
        "ActivityId": activity.id,
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": at,
        "EndTime": at,
        "StatusCode": activity.status,
        "Progress": 100,
        "Details": "{}",
    }
    if activity.message:
        shown["StatusMessage"] = activity.message
    return shown


OPERATIONS = {
    "DescribeWarmPool": describe_warm_pool,
    "DescribeScalingActivities": describe_activities,
}
