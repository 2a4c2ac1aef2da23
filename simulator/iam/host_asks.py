"""What do calls of Auto Scaling, EC2, Systems Manager and CloudWatch ask for?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.iam.ask import Ask
from simulator.iam.estate import INSTANCE_ROLE, Estate, group_tags

type Params = Mapping[str, Any]
type Asks = list[Ask]
type Finds = Callable[[Estate, str, Params], Asks]

PUBLIC = "/aws/"  # parameters and documents of AWS belong to no account
MANAGED_NODE = "mi-"
LAUNCHES = ("instance", "network-interface", "volume", "security-group", "subnet")  # of our account
TAGGED = ("instance", "volume")


def asks_of(estate: Estate, service: str, operation: str, params: Params) -> Asks | None:
    """None: this operation is not known here."""
    find = OPERATIONS[service].get(operation)
    return find(estate, f"{service}:{operation}", params) if find else None


def _nothing(_estate: Estate, action: str, _params: Params) -> Asks:
    return [Ask(action)]


def _group(estate: Estate, action: str, params: Params) -> Asks:
    name = params.get("AutoScalingGroupName") or estate.group_of(params.get("InstanceId", ""))
    group = estate.group(name)
    arn = group.arn if group else estate.arn("autoscaling", f"autoScalingGroup:none:autoScalingGroupName/{name}")
    return [Ask(action, arn, "autoScalingGroup", group_tags(group))]


def _group_and_template(estate: Estate, action: str, params: Params) -> Asks:
    """Auto Scaling asks whether the caller might launch from the template it gives to the group.

    It does so if the version is a number, and about tags if the template has some; which it always has here, as both
    must be allowed: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    """
    wanted = params.get("DesiredConfiguration", params)
    mixed = wanted.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    named = [wanted.get("LaunchTemplate"), mixed.get("LaunchTemplateSpecification")]
    named += [each.get("LaunchTemplateSpecification") for each in mixed.get("Overrides", [])]
    launches = [_launch(estate, each) for each in named if each]
    return _group(estate, action, params) + [ask for asks in launches for ask in asks]


def _group_and_fleet(estate: Estate, action: str, params: Params) -> Asks:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/launching-instances-synchronous-provisioning.html."""
    fleet = Ask("ec2:CreateFleet", estate.arn("ec2", "fleet/*"), "fleet")
    return [*_group(estate, action, params), fleet, Ask("ec2:DescribeLaunchTemplateVersions")]


def _launch(estate: Estate, specification: Params) -> Asks:
    template = specification["LaunchTemplateId"]
    owner = estate.image_owner(template, specification.get("Version", "$Default"))
    arn = estate.arn("ec2", f"launch-template/{template}")
    facts = (("ec2:LaunchTemplate", (arn,)), ("ec2:IsLaunchTemplateResource", ("true",)), *_region(estate))
    run = "ec2:RunInstances"
    return [
        Ask(run, arn, "launch-template", estate.template_tags(template), facts),
        # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances-ami
        Ask(run, estate.arn("ec2", "image/*", account=""), "image", facts=(("ec2:Owner", (owner,)), *facts)),
        *(Ask(run, estate.arn("ec2", f"{kind}/*"), kind, facts=facts) for kind in LAUNCHES),
        *(
            Ask(
                "ec2:CreateTags",
                estate.arn("ec2", f"{kind}/*"),
                kind,
                facts=(("ec2:CreateAction", ("RunInstances",)), *facts),
            )
            for kind in TAGGED
        ),
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_passedtoservice
        Ask(
            "iam:PassRole",
            estate.arn("iam", f"role/{INSTANCE_ROLE}", region=""),
            "role",
            facts=(("iam:PassedToService", ("ec2.amazonaws.com",)),),
        ),
    ]


def _region(estate: Estate) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("ec2:Region", (estate.stack.names.region,)),)


def _template(estate: Estate, action: str, params: Params) -> Asks:
    template = params["LaunchTemplateId"]
    arn = estate.arn("ec2", f"launch-template/{template}")
    return [Ask(action, arn, "launch-template", estate.template_tags(template), _region(estate))]


def _send_command(estate: Estate, action: str, params: Params) -> Asks:
    """The document and every instance: https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html."""
    return [
        Ask(action, _document(estate, params["DocumentName"]), "document"),
        *(_node(estate, action, each) for each in params.get("InstanceIds", [])),
    ]


def _node(estate: Estate, action: str, instance_id: str) -> Ask:
    if instance_id.startswith(MANAGED_NODE):
        return Ask(action, estate.arn("ssm", f"managed-instance/{instance_id}"), "managed-instance")
    return Ask(action, estate.arn("ec2", f"instance/{instance_id}"), "instance", estate.instance_tags(instance_id))


def _document(estate: Estate, name: str) -> str:
    return name if name.startswith("arn:") else estate.arn("ssm", f"document/{name}")


def _calendars(estate: Estate, action: str, params: Params) -> Asks:
    """A change calendar is a document: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html."""
    return [Ask(action, _document(estate, each), "document") for each in params["CalendarNames"]]


def _parameters(estate: Estate, action: str, params: Params) -> Asks:
    return [
        Ask(action, estate.arn("ssm", f"parameter/{each.lstrip('/')}", account=_owner(each)), "parameter")
        for each in params["Names"]
    ]


def _owner(parameter: str) -> str | None:
    return "" if parameter.startswith(PUBLIC) else None


def _alarms(estate: Estate, action: str, params: Params) -> Asks:
    """The reference lists alarms, the API's page wants `*` for composite ones to be seen: both must be allowed.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    """
    names = params.get("AlarmNames", [])
    return [Ask(action), *(Ask(action, estate.arn("cloudwatch", f"alarm:{each}"), "alarm") for each in names)]


OPERATIONS: dict[str, dict[str, Finds]] = {
    "arc-zonal-shift": {"ListManagedResources": _nothing},
    "autoscaling": {
        "DescribeAutoScalingGroups": _nothing,
        "DescribeAutoScalingInstances": _nothing,
        "DescribeInstanceRefreshes": _nothing,
        "DescribeLaunchConfigurations": _nothing,
        "DescribeLifecycleHooks": _nothing,
        "DescribeScalingActivities": _nothing,
        "DescribeScheduledActions": _nothing,
        "DescribeWarmPool": _nothing,
        "LaunchInstances": _group_and_fleet,
        "SetDesiredCapacity": _group,
        "PutLifecycleHook": _group,
        "CompleteLifecycleAction": _group,
        "RecordLifecycleActionHeartbeat": _group,
        "SetInstanceProtection": _group,
        "TerminateInstanceInAutoScalingGroup": _group,
        "CancelInstanceRefresh": _group,
        "StartInstanceRefresh": _group_and_template,
        "UpdateAutoScalingGroup": _group_and_template,
    },
    "ec2": {
        "DescribeApplicationStatus": _nothing,
        "DescribeInstances": _nothing,
        "DescribeInstanceStatus": _nothing,
        "DescribeInstanceTypes": _nothing,
        "DescribeSpotPriceHistory": _nothing,
        "EnableApplicationStatusCheckSuppression": _nothing,
        "DescribeImages": _nothing,
        "DescribeLaunchTemplates": _nothing,
        "DescribeLaunchTemplateVersions": _nothing,
        "CreateLaunchTemplateVersion": _template,
        "ModifyLaunchTemplate": _template,
    },
    "ssm": {
        "DescribeInstanceInformation": _nothing,
        "GetCommandInvocation": _nothing,
        "GetCalendarState": _calendars,
        "GetParameters": _parameters,
        "SendCommand": _send_command,
    },
    "cloudwatch": {"DescribeAlarms": _alarms, "GetMetricData": _nothing},
    "pricing": {"GetProducts": _nothing},
}
