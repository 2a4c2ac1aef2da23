"""Amazon EC2: is an instance running, going or gone?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.facts.health import Launch
from ballast.facts.view import ABSENT

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import InstanceTypeDef

VALUES_IN_A_FILTER = 200  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html


def states(instance_ids: Iterable[str]) -> dict[str, str]:
    """The state name of each instance; `absent` for one that EC2 does not know (any more, or yet).

    A filter, unlike InstanceIds, does not fail the whole call for one unknown id.
    """
    wanted = sorted(set(instance_ids))
    found = {instance["InstanceId"]: instance["State"]["Name"] for instance in _described(wanted)}
    return {instance_id: found.get(instance_id, ABSENT) for instance_id in wanted}


def launch_times(instance_ids: Iterable[str]) -> dict[str, datetime]:
    """When each was launched, or last started; those that EC2 does not know (any more, or yet) are left out."""
    return {instance_id: launch.at for instance_id, launch in launches(instance_ids).items()}


def launches(instance_ids: Iterable[str]) -> dict[str, Launch]:
    """The same with the image of each."""
    found = _described(sorted(set(instance_ids)))
    return {raw["InstanceId"]: Launch(raw["LaunchTime"], raw.get("ImageId", "")) for raw in found}


def purchases(instance_ids: Iterable[str]) -> dict[str, tuple[bool, str | None]]:
    """Whether each is a Spot instance, and its subnet; neither changes. Those that EC2 does not know are left out.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html (InstanceLifecycle)
    """
    wanted, known = sorted(set(instance_ids)), kept("purchases")
    for raw in _described([i for i in wanted if i not in known]):
        known[raw["InstanceId"]] = raw.get("InstanceLifecycle") == "spot", raw.get("SubnetId")
    return {i: known[i] for i in wanted if i in known}


def impaired() -> dict[str, str]:
    """Why, by the id of each instance of the account and Region that a status check of EC2 finds impaired.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
    """
    found: dict[str, str] = {}
    for check in ("instance-status", "system-status"):
        pages = client("ec2").get_paginator("describe_instance_status")
        for page in pages.paginate(Filters=[{"Name": f"{check}.status", "Values": ["impaired"]}]):
            found |= {raw["InstanceId"]: check.replace("-", " ") for raw in page["InstanceStatuses"]}
    return found


def _described(wanted: Sequence[str]) -> Iterator[InstanceTypeDef]:
    for some in batched(wanted, VALUES_IN_A_FILTER, strict=False):
        pages = client("ec2").get_paginator("describe_instances")
        for page in pages.paginate(Filters=[{"Name": "instance-id", "Values": list(some)}]):
            for reservation in page["Reservations"]:
                yield from reservation["Instances"]
