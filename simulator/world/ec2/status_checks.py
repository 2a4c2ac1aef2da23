"""EC2's own status checks of an instance and of the system under it, and DescribeInstanceStatus.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html
"""

from __future__ import annotations

from typing import Literal

from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.core.records import Instance, InstanceState
from simulator.world.ec2.api import STATE_CODES, require
from simulator.world.parts import Parts

type StatusCheck = Literal["instance", "system"]

INITIALIZES_S = 120.0  # "initializing" until the first checks have passed; AWS gives no time
WORDS = {"ok": "passed", "impaired": "failed", "initializing": "initializing", "not-applicable": "insufficient-data"}


def describe_instance_status(world: Parts, params: Params, _actor: str) -> Output:
    """By default only of instances that run.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
    """
    wanted = params.get("InstanceIds", ())
    for instance_id in wanted:
        require(world, instance_id)
    chosen = [world.ec2.instances[id_] for id_ in wanted] if wanted else list(world.ec2.instances.values())
    filters = params.get("Filters", ())
    shown = [
        _status(world, instance)
        for instance in chosen
        if world.answers.knows(instance)
        and (params.get("IncludeAllInstances") or world.answers.state(instance) is InstanceState.RUNNING)
        and all(_word(world, instance, rule["Name"]) in rule["Values"] for rule in filters)
    ]
    size = params.get("MaxResults") or 1000
    part, token = page(shown, params.get("NextToken"), size, error="InvalidNextToken")
    return {"InstanceStatuses": part, **({"NextToken": token} if token else {})}


def _word(world: Parts, instance: Instance, name: str) -> str:
    match name:
        case "instance-status.status":
            return _check(world, instance, "instance")
        case "system-status.status":
            return _check(world, instance, "system")
        case "instance-state-name":
            return world.answers.state(instance).value
        case "availability-zone":
            return instance.zone
        case _:
            raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")


def _check(world: Parts, instance: Instance, check: StatusCheck) -> str:
    """What EC2 cannot reach in a lost zone fails both."""
    if world.answers.state(instance) is not InstanceState.RUNNING:
        return "not-applicable"
    impaired = world.ec2.impaired.get(instance.id)
    if instance.zone in world.ec2.unreachable_zones or (impaired is not None and impaired[0] == check):
        return "impaired"
    since_s, state = world.ec2.history[instance.id][-1]
    fresh = state is InstanceState.RUNNING and world.clock.now_s < since_s + INITIALIZES_S
    return "initializing" if fresh else "ok"


def _status(world: Parts, instance: Instance) -> Output:
    state = world.answers.state(instance)
    return {
        "InstanceId": instance.id,
        "AvailabilityZone": instance.zone,
        "InstanceState": {"Code": STATE_CODES[state], "Name": state.value},
        "InstanceStatus": _summary(world, instance, "instance"),
        "SystemStatus": _summary(world, instance, "system"),
    }


def _summary(world: Parts, instance: Instance, check: StatusCheck) -> Output:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusDetails.html (ImpairedSince)."""
    status = _check(world, instance, check)
    detail: Output = {"Name": "reachability", "Status": WORDS[status]}
    impaired = world.ec2.impaired.get(instance.id)
    if status == "impaired" and impaired is not None:
        detail["ImpairedSince"] = world.moment(impaired[1])
    return {"Status": status, "Details": [] if status == "not-applicable" else [detail]}


OPERATIONS = {"DescribeInstanceStatus": describe_instance_status}
