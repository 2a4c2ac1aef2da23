"""Auto Scaling answers about instance refreshes and the launch template of a group."""

from __future__ import annotations

from simulator.world.autoscaling.api import require_group, require_own
from simulator.world.autoscaling.refresh_records import Refresh, specification
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.parts import Parts


def start(world: Parts, params: Params, _actor: str) -> Output:
    group = require_own(world, params["AutoScalingGroupName"])
    if params.get("Strategy") == "ReplaceRootVolume":
        return {"InstanceRefreshId": world.root_volumes.start(group, _image(params)).id}
    refresh = world.refreshes.start(group, params.get("DesiredConfiguration"), params.get("Preferences", {}))
    return {"InstanceRefreshId": refresh.id}


def cancel(world: Parts, params: Params, _actor: str) -> Output:
    group = require_own(world, params["AutoScalingGroupName"])
    return {"InstanceRefreshId": world.refreshes.cancel(group).id}


def describe(world: Parts, params: Params, _actor: str) -> Output:
    """Newest first: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html."""
    group = require_group(world, params["AutoScalingGroupName"])
    size = min(params.get("MaxRecords") or 50, 100)
    shown, token = page(world.refreshes.of.get(group.name, []), params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "InstanceRefreshes": [_refresh(world, refresh) for refresh in shown],
        **({"NextToken": token} if token else {}),
    }


def update_group(world: Parts, params: Params, _actor: str) -> Output:
    """Only what it launches from: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html.

    Refused while a refresh with a desired configuration is active ("Update restriction"):
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
    """
    if len(params) != 2 or not params.keys() & {"LaunchTemplate", "MixedInstancesPolicy"}:
        raise NotImplementedError("UpdateAutoScalingGroup changes launch templates only.")
    group = require_own(world, params["AutoScalingGroupName"])
    wanted = specification(params)
    if group.template is None or group.template.id != wanted["LaunchTemplateId"]:
        raise AwsError("ValidationError", "The launch template of a simulated group stays the same.")
    running = world.refreshes.current(group.name)
    if running and running.desired:
        raise AwsError("ValidationError", "An active instance refresh with a desired configuration exists.")
    group.template.version(wanted["Version"])
    world.note("group_template", group=group.name, version=wanted["Version"], before=group.template_version)
    group.template_version = wanted["Version"]
    return {}


def _image(params: Params) -> str | None:
    """The strategy asks for a mixed instances policy whose overrides all name an image.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html
    """
    policy = params.get("DesiredConfiguration", {}).get("MixedInstancesPolicy", {})
    overrides = policy.get("LaunchTemplate", {}).get("Overrides", [])
    images = [override.get("ImageId") for override in overrides]
    if not images or None in images:
        raise AwsError("ValidationError", "ReplaceRootVolume needs a mixed instances policy with ImageId overrides.")
    return str(images[0])


def _refresh(world: Parts, refresh: Refresh) -> Output:
    shown: Output = {
        "InstanceRefreshId": refresh.id,
        "AutoScalingGroupName": refresh.group.name,
        "Status": refresh.status,
        "PercentageComplete": refresh.percent,
        "InstancesToUpdate": refresh.to_update - refresh.replaced,
        "Preferences": refresh.preferences,
        "Strategy": refresh.strategy,
    }
    if refresh.status != "Pending":  # "the date and time at which the instance refresh began": it has not yet
        shown["StartTime"] = world.moment(refresh.started_at_s)
    if refresh.why:
        shown["StatusReason"] = refresh.why
    if refresh.ended_at_s is not None:
        shown["EndTime"] = world.moment(refresh.ended_at_s)
    if refresh.desired:
        shown["DesiredConfiguration"] = refresh.desired
    return shown


OPERATIONS = {
    "StartInstanceRefresh": start,
    "CancelInstanceRefresh": cancel,
    "DescribeInstanceRefreshes": describe,
    "UpdateAutoScalingGroup": update_group,
}
