"""Auto Scaling answers about warm pools."""

from __future__ import annotations

from simulator.world.autoscaling.api import require_group
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


OPERATIONS = {
    "DescribeWarmPool": describe_warm_pool,
}
