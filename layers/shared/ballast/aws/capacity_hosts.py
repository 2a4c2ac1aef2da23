"""Amazon ECS, container instances as rebalancing needs them: with their version and what they registered.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import batched
from typing import TYPE_CHECKING

from ballast.aws.ecs import IDS_IN_A_FILTER, container_instance, described
from ballast.errors import TransientError
from ballast.facts.view import ContainerInstance
from ballast.facts.which_record import by_instance_id, the_record
from ballast.rebalance.learned import TRUNK, Registered
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawContainerInstance


@dataclass(frozen=True, slots=True)
class Host:
    """`left_behind`: tasks that ECS counts on older records of it, as of an agent that lost its data."""

    record: ContainerInstance
    version: int
    registered: Registered
    left_behind: int = 0

    @property
    def type(self) -> str:
        return self.record.attributes.get("ecs.instance-type") or ""


def hosts_of(cluster: str, only: Sequence[str] | None = None) -> tuple[Host, ...]:
    """Of all EC2 instances that are registered, or `only` these, the record that counts.

    Raises TransientError where ECS lists one and does not describe it: nobody knows what is on it.
    """
    if only is None:
        answers = [described(cluster)]
    else:
        some = batched(sorted(set(only)), IDS_IN_A_FILTER, strict=False)
        answers = [described(cluster, filter=f"ec2InstanceId in [{', '.join(ids)}]") for ids in some]
    if not all(complete for _, complete in answers):
        raise TransientError(f"ECS lists container instances of {cluster} that it does not describe.")
    read = {host.record.arn: host for raws, _ in answers for raw in raws for host in [_host(cluster, raw)]}
    records = by_instance_id(host.record for host in read.values())
    chosen = [(the_record(each), each) for _, each in sorted(records.items())]
    return tuple(_with_older(read[record.arn], each) for record, each in chosen if record)


def _with_older(host: Host, records: Sequence[ContainerInstance]) -> Host:
    if len(records) == 1:
        return host
    older = (record for record in records if record.arn != host.record.arn)
    return replace(host, left_behind=sum(record.running_tasks + record.pending_tasks for record in older))


def _host(cluster: str, raw: RawContainerInstance) -> Host:
    record = container_instance(cluster, raw)
    return Host(record, raw.get("version", 0), _registered(raw, record))


def _registered(raw: RawContainerInstance, record: ContainerInstance) -> Registered:
    """Of a GPU the documentation does not say how it is shown; tools print a set of ids. PORTS are those that are taken."""
    told = {each["name"]: each for each in raw.get("registeredResources", [])}
    gpus = told.get("GPU", {})
    taken = told.get("PORTS", {}).get("stringSetValue", [])
    capacity = {
        "cpu": told.get("CPU", {}).get("integerValue", 0),
        "memory": told.get("MEMORY", {}).get("integerValue", 0),
        "gpu": len(gpus.get("stringSetValue", [])) or gpus.get("integerValue", 0),
        **{f"port:{port}": 0 for port in taken},
    }
    return Registered(capacity, record.attributes, trunked=TRUNK in record.attributes)
