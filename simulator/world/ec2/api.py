"""EC2 answers: DescribeInstances, as far as EC2 knows by now (see Answers)."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.world.core.core import ACCOUNT_ID, Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.core.records import Instance, InstanceState
from simulator.world.parts import Parts

STATE_CODES = {
    InstanceState.PENDING: 0,
    InstanceState.RUNNING: 16,
    InstanceState.SHUTTING_DOWN: 32,
    InstanceState.TERMINATED: 48,
    InstanceState.STOPPING: 64,
    InstanceState.STOPPED: 80,
}
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
STATE_REASONS = {
    "user": ("Client.UserInitiatedShutdown", "User initiated shutdown"),
    "spot": ("Server.SpotInstanceTermination", "Spot instance termination"),
    "retirement": ("Server.ScheduledStop", "Stopped due to a scheduled retirement"),
}
FILTERS: dict[str, Callable[[Instance], str | None]] = {
    "instance-id": lambda instance: instance.id,
    "instance-lifecycle": lambda instance: "spot" if instance.spot else None,
    "availability-zone": lambda instance: instance.zone,
}
PLAIN_IMAGE = "ami-0abcdef1234567890"  # of what boots no image that the scenario names
_ID = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")


def describe_instances(world: Parts, params: Params, _actor: str) -> Output:
    """Unknown ids are an error when named as ids, and simply absent when they are filtered for.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
    """
    wanted = params.get("InstanceIds", ())
    for instance_id in wanted:
        require(world, instance_id)
    filters = params.get("Filters", ())
    shown = [
        instance
        for instance in _candidates(world, wanted, filters)
        if world.answers.knows(instance) and all(_matches(world, instance, rule) for rule in filters)
    ]
    size = params.get("MaxResults") or 1000
    chosen, token = page(shown, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "Reservations": [_reservation(world, instance) for instance in chosen],
        **({"NextToken": token} if token else {}),
    }


def _candidates(world: Parts, wanted: list[str], filters: list[Output]) -> list[Instance]:
    known = world.ec2.instances
    ids = wanted or [id_ for rule in filters if rule["Name"] == "instance-id" for id_ in rule["Values"]]
    by_id = bool(wanted) or any(rule["Name"] == "instance-id" for rule in filters)
    return [known[id_] for id_ in ids if id_ in known] if by_id else list(known.values())


def require(world: Parts, instance_id: str) -> None:
    """Errors: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html."""
    if _ID.fullmatch(instance_id) is None:
        raise AwsError("InvalidInstanceID.Malformed", f'Invalid id: "{instance_id}"')
    instance = world.ec2.instances.get(instance_id)
    if instance is None or not world.answers.knows(instance):
        message = f"The instance ID '{instance_id}' does not exist"
        raise AwsError("InvalidInstanceID.NotFound", message)


def _matches(world: Parts, instance: Instance, rule: Output) -> bool:
    name = rule["Name"]
    if name == "instance-state-name":
        return world.answers.state(instance).value in rule["Values"]
    if name.startswith("tag:"):
        return instance.tags.get(name.removeprefix("tag:")) in rule["Values"]
    if name not in FILTERS:
        raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return FILTERS[name](instance) in rule["Values"]


def _reservation(world: Parts, instance: Instance) -> Output:
    state = world.answers.state(instance)
    shown: Output = {
        "InstanceId": instance.id,
        "ImageId": instance.image_id or PLAIN_IMAGE,
        "InstanceType": instance.shape.instance_type,
        "Architecture": "arm64",
        "State": {"Code": STATE_CODES[state], "Name": state.value},
        "StateTransitionReason": "",
        "LaunchTime": world.moment(world.ec2.started_at_s(instance)),
        "Placement": {"AvailabilityZone": instance.zone, "Tenancy": "default", "GroupName": ""},
        "RootDeviceType": "ebs",
        "Tags": [{"Key": key, "Value": value} for key, value in instance.tags.items()],
    }
    if state is not InstanceState.TERMINATED:
        shown["PrivateIpAddress"] = instance.private_ip
        shown["PrivateDnsName"] = f"ip-{instance.private_ip.replace('.', '-')}.ec2.internal"
    if state not in (InstanceState.PENDING, InstanceState.RUNNING):
        code, message = STATE_REASONS.get(instance.cause, STATE_REASONS["user"])
        shown["StateReason"] = {"Code": code, "Message": f"{code}: {message}"}
    if instance.spot:
        shown["InstanceLifecycle"] = "spot"
    if instance.subnet is not None:
        shown["SubnetId"] = instance.subnet
    if instance.capacity_reservation is not None:
        shown["CapacityReservationId"] = instance.capacity_reservation
    if instance.ecs_managed:
        shown["Operator"] = {"Managed": True, "Principal": "ecs.amazonaws.com"}
    return {
        "ReservationId": f"r-{instance.id[2:]}",
        "OwnerId": ACCOUNT_ID,
        "Groups": [],
        "Instances": [shown],
    }


OPERATIONS = {"DescribeInstances": describe_instances}
