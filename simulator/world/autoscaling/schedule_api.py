"""Auto Scaling answers about scheduled actions."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.world.autoscaling.api import require_group
from simulator.world.autoscaling.attached_records import ScheduledAction
from simulator.world.autoscaling.group_records import Group
from simulator.world.core.core import Output, Params, arn
from simulator.world.core.paging import page
from simulator.world.parts import Parts


def describe_scheduled_actions(world: Parts, params: Params, _actor: str) -> Output:
    """Those that have not run, by their start; of one group or of all. StartTime and EndTime bound them.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html
    """
    name, names = params.get("AutoScalingGroupName"), params.get("ScheduledActionNames")
    groups = [require_group(world, name)] if name else list(world.groups.groups.values())
    first_s = _seconds(world, params.get("StartTime"), float("-inf"))
    last_s = _seconds(world, params.get("EndTime"), float("inf"))
    found = [
        (group, action)
        for group in groups
        for action in group.scheduled.values()
        if (not names or action.name in names) and first_s <= action.next_at_s <= last_s
    ]
    found.sort(key=lambda pair: pair[1].next_at_s)
    size = min(params.get("MaxRecords") or 50, 100)
    shown, token = page(found, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "ScheduledUpdateGroupActions": [_shown(world, group, action) for group, action in shown],
        **({"NextToken": token} if token else {}),
    }


def _seconds(world: Parts, moment: datetime | None, otherwise: float) -> float:
    if moment is None:
        return otherwise
    return world.clock.seconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _shown(world: Parts, group: Group, action: ScheduledAction) -> Output:
    at = world.moment(action.next_at_s)
    resource = f"scheduledUpdateGroupAction:{group.name}:autoScalingGroupName/{group.name}"
    sizes = {"MinSize": action.minimum, "MaxSize": action.maximum, "DesiredCapacity": action.desired}
    return {
        "AutoScalingGroupName": group.name,
        "ScheduledActionName": action.name,
        "ScheduledActionARN": arn("autoscaling", f"{resource}:scheduledActionName/{action.name}"),
        "Time": at,
        "StartTime": at,
        **({"Recurrence": f"{at.minute} {at.hour} * * *"} if action.daily else {}),
        **{key: value for key, value in sizes.items() if value is not None},
    }


OPERATIONS = {"DescribeScheduledActions": describe_scheduled_actions}
