"""Amazon EC2: is an instance running, going or gone?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched

from ballast.aws.session import client
from ballast.facts.view import ABSENT

VALUES_IN_A_FILTER = 200  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html


def states(instance_ids: Iterable[str]) -> dict[str, str]:
    """The state name of each instance; `absent` for one that EC2 does not know (any more, or yet).

    A filter, unlike InstanceIds, does not fail the whole call for one unknown id.
    """
    wanted = sorted(set(instance_ids))
    found = {
        instance["InstanceId"]: instance["State"]["Name"]
        for some in batched(wanted, VALUES_IN_A_FILTER, strict=False)
        for page in client("ec2")
        .get_paginator("describe_instances")
        .paginate(Filters=[{"Name": "instance-id", "Values": list(some)}])
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    }
    return {instance_id: found.get(instance_id, ABSENT) for instance_id in wanted}
