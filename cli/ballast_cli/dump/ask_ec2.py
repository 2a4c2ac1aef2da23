"""What EC2 and Systems Manager say of the instances of a cluster, and how big their types are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from ballast.aws import ssm
from ballast.aws.ec2 import VALUES_IN_A_FILTER
from ballast.aws.instance_types import CPU_UNITS, sizes_of
from ballast.aws.session import client
from ballast_cli.dump.fields import whole_seconds
from ballast_cli.dump.records import Bottlerocket, Host, Instance, Type
from ballast_cli.dump.troubles import Troubles

VARIANT, ARCH = "bottlerocket.variant", "ecs.cpu-architecture"
CHECKS = {"InstanceStatus": "instance", "SystemStatus": "system"}
# Of scheduled events those that take an instance: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusEvent.html
TAKES = frozenset({"instance-retirement", "instance-stop"})


def instances_of(ids: Collection[str], hosts: Iterable[Host], troubles: Troubles) -> tuple[Instance, ...]:
    """Those that EC2 describes, oldest first."""
    on = {host.instance: host.attributes for host in hosts if host.attributes.get(VARIANT)}
    known = troubles.tried(
        "which version of Bottlerocket runs, so no update is foreseen", lambda: ssm.instance_information(on)
    )
    bad = troubles.tried("which instances fail a check or have a scheduled event", lambda: dict(_statuses(ids))) or {}
    raws = [raw for some in batched(sorted(ids), VALUES_IN_A_FILTER, strict=False) for raw in _described(some)]
    made = [_instance(raw, bad.get(raw["InstanceId"]), on, known or {}) for raw in raws]
    return tuple(sorted(made, key=lambda each: (each.launched_at, each.id)))


def _described(ids: Iterable[str]) -> Iterator[Any]:
    pages = client("ec2").get_paginator("describe_instances")
    for page in pages.paginate(Filters=[{"Name": "instance-id", "Values": list(ids)}]):
        for reservation in page["Reservations"]:
            yield from reservation["Instances"]


def _statuses(ids: Collection[str]) -> Iterator[tuple[str, tuple[str, datetime | None]]]:
    """Of the whole Region, as naming one that is gone refuses them all.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
    """
    for page in client("ec2").get_paginator("describe_instance_status").paginate():
        for raw in page["InstanceStatuses"]:
            said: Mapping[str, Any] = raw
            failed = next((word for key, word in CHECKS.items() if said.get(key, {}).get("Status") == "impaired"), "")
            takes = [event.get("NotBefore") for event in said.get("Events", ()) if event.get("Code") in TAKES]
            if said["InstanceId"] in ids and (failed or takes):
                yield said["InstanceId"], (failed, min((at for at in takes if at), default=None))


def _instance(
    raw: Mapping[str, Any],
    bad: tuple[str, datetime | None] | None,
    attributes: Mapping[str, Mapping[str, str | None]],
    known: Mapping[str, ssm.HostInformation],
) -> Instance:
    name = raw["InstanceId"]
    system, failed, takes = attributes.get(name), *(bad or ("", None))
    information = known.get(name)
    os = None
    if system:
        version = information.version if information else None
        os = Bottlerocket(system[VARIANT] or "", system.get(ARCH) or "", version)
    return Instance(
        id=name,
        type=raw["InstanceType"],
        zone=raw["Placement"]["AvailabilityZone"],
        launched_at=whole_seconds(raw["LaunchTime"]),
        spot=raw.get("InstanceLifecycle") == "spot",
        state=raw["State"]["Name"],
        subnet=raw.get("SubnetId"),
        bottlerocket=os,
        reachable=information is None or information.online,
        impaired=failed,
        retires_at=whole_seconds(takes) if takes else None,
    )


def types_of(names: Iterable[str], troubles: Troubles) -> tuple[Type, ...]:
    """Of a type that EC2 does not tell only the name is known."""
    wanted = sorted(set(names))
    sizes = sizes_of(wanted)
    if unknown := [name for name in wanted if name not in sizes]:
        troubles.note(f"how big instance types are: EC2 does not tell it of {', '.join(unknown)}")
    return tuple(
        Type(name, s.cpu_units // CPU_UNITS, s.memory_mib, s.gpus, s.interfaces)
        if (s := sizes.get(name))
        else Type(name, 0, 0)
        for name in wanted
    )
