"""Which container instances does a filter expression choose?

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.world.core.errors import AwsError
from simulator.world.core.records import Cluster, ContainerInstance

_CLAUSE = re.compile(r"\s*(\S+?)\s*(==|!=|\bnot_in\b|\bin\b)\s*(\[[^\]]*\]|\S+)\s*")

SUBJECTS: dict[str, Callable[[ContainerInstance], str]] = {
    "ec2InstanceId": lambda host: host.instance.id,
    "agentConnected": lambda host: str(host.agent_connected).lower(),
    "attribute:ecs.availability-zone": lambda host: host.instance.zone,
    "attribute:ecs.instance-type": lambda host: host.instance.shape.instance_type,
}


def chosen_hosts(cluster: Cluster, expression: str | None) -> list[ContainerInstance]:
    """Clauses joined by `and`; raises InvalidParameterException for anything this model cannot read."""
    hosts = list(cluster.container_instances.values())
    for clause in (expression or "").split(" and ") if expression else ():
        match = _CLAUSE.fullmatch(clause)
        if match is None or match[1] not in SUBJECTS:
            raise AwsError("InvalidParameterException", f"Invalid filter: {expression}")
        subject, operator, written = match.groups()
        values = [value.strip(" '\"") for value in written.strip("[]").split(",")]
        positive = operator in ("==", "in")
        if subject == "ec2InstanceId" and positive:
            named = {cluster.by_ec2_id[value] for value in values if value in cluster.by_ec2_id}
            hosts = sorted(named.intersection(hosts), key=lambda host: host.number)
        else:
            read = SUBJECTS[subject]
            hosts = [host for host in hosts if (read(host) in values) is positive]
    return hosts
