"""Which container instances does a filter of ListContainerInstances choose?"""

from __future__ import annotations

import re

from simulator.world.core.errors import AwsError
from simulator.world.core.records import Cluster, ContainerInstance
from simulator.world.ecs.query_language import test_of

_BY_ID = re.compile(r"ec2InstanceId\s*(?:==|in)\s*(\[[^\]]*\]|\S+)")


def chosen_hosts(cluster: Cluster, expression: str | None, *, with_inactive: bool = False) -> list[ContainerInstance]:
    """In the order in which they are listed; InvalidParameterException for what this model cannot read.

    INACTIVE ones are among them, but for the question by EC2 ids, unless they are asked for.
    """
    if not expression:
        return list(cluster.container_instances.values())
    by_id = _BY_ID.fullmatch(expression.strip())
    if by_id is not None and not with_inactive:  # the common question, in large fleets
        ids = {value.strip(" '\"") for value in by_id[1].strip("[]").split(",")}
        named = {cluster.by_ec2_id[id_] for id_ in ids if id_ in cluster.by_ec2_id}
        ghosts = [ghost for id_ in ids for ghost in cluster.ghosts.get(id_, ())]
        if ghosts:
            return [host for host in cluster.container_instances.values() if host in named or host in ghosts]
        return sorted(named, key=lambda host: host.number)
    try:
        test = test_of(expression)
    except ValueError as error:
        raise AwsError("InvalidParameterException", f"Invalid filter: {expression}") from error
    return [host for host in cluster.container_instances.values() if test(host)]
