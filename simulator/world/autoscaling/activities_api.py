"""Auto Scaling answers about scaling activities: those that ended, and those that are under way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from simulator.world.autoscaling.api import require_group
from simulator.world.autoscaling.attached_records import Activity
from simulator.world.autoscaling.causes import activity_id
from simulator.world.autoscaling.group_events import DESCRIPTIONS
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.parts import Parts

UNDER_WAY = float("inf")


def describe_activities(world: Parts, params: Params, _actor: str) -> Output:
    """Of one group or of all, newest first; pages of 100. Filters by status and by the time at which they started.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
    """
    name, filters = params.get("AutoScalingGroupName"), params.get("Filters", ())
    if name is None and any(rule["Name"] == "Status" for rule in filters):
        raise AwsError("ValidationError", "The Status filter requires the AutoScalingGroupName parameter.")
    groups = list(world.groups.groups.values()) if name is None else [require_group(world, name)]
    ids = params.get("ActivityIds")
    found = [
        (group, activity)
        for group in groups
        for activity in [*group.activities, *_under_way(group)]
        if (not ids or activity.id in ids) and all(_passes(world, activity, rule) for rule in filters)
    ]
    found.sort(key=lambda pair: -pair[1].started_at_s)
    size = min(params.get("MaxRecords") or 100, 100)
    shown, token = page(found, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "Activities": [_shown(world, group, activity) for group, activity in shown],
        **({"NextToken": token} if token else {}),
    }


def _under_way(group: Group) -> Iterable[Activity]:
    for member in group.members.values():
        if member.state.startswith("Pending") and member.why:
            yield _begun(member, "Launch", member.why)
        elif member.leaving and member.why_leaving:
            yield _begun(member, "Terminate", member.why_leaving)


def _begun(member: Member, word: str, cause: str) -> Activity:
    description = f"{DESCRIPTIONS[word]}: {member.instance.id}"
    status = "MidLifecycleAction" if member.actions else "InProgress"
    return Activity(activity_id(member, word), member.changed_at_s, UNDER_WAY, description, cause, status)


def _passes(world: Parts, activity: Activity, rule: Output) -> bool:
    if rule["Name"] == "Status":
        return activity.status in rule["Values"]
    if rule["Name"] not in ("StartTimeLowerBound", "StartTimeUpperBound"):
        raise AwsError("ValidationError", f"Filter {rule['Name']} is not supported.")
    bound = datetime.fromisoformat(rule["Values"][0])
    started = world.moment(activity.started_at_s)
    bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)
    return started >= bound if rule["Name"] == "StartTimeLowerBound" else started <= bound


def _shown(world: Parts, group: Group, activity: Activity) -> Output:
    shown: Output = {
        "ActivityId": activity.id,
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": world.moment(activity.started_at_s),
        "StatusCode": activity.status,
        "Progress": 50 if activity.at_s == UNDER_WAY else 100,
        "Details": "{}",
    }
    if activity.at_s != UNDER_WAY:
        shown["EndTime"] = world.moment(activity.at_s)
    if activity.message:
        shown["StatusMessage"] = activity.message
    return shown


OPERATIONS = {"DescribeScalingActivities": describe_activities}
