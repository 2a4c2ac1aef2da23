"""Amazon EC2: how big is an instance type? A type seldom changes, so each is asked for once in an execution environment."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched
from typing import Any

from ballast.aws.ec2 import VALUES_IN_A_FILTER
from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.telemetry import logger
from ballast.value import dataclass

CPU_UNITS = 1024  # of a vCPU


@dataclass(frozen=True, slots=True)
class Size:
    """As EC2 tells it, before an operating system or an agent takes its share. `interfaces`: its own and those for tasks."""

    cpu_units: int
    memory_mib: int
    gpus: int
    interfaces: int


def sizes_of(types: Iterable[str]) -> dict[str, Size]:
    """By type; those that EC2 does not know, or of which it could not be asked, are left out.

    A filter, unlike InstanceTypes, does not fail the whole call for one unknown name.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
    """
    wanted, known = sorted(set(types)), kept("sizes")
    for some in batched([name for name in wanted if name not in known], VALUES_IN_A_FILTER, strict=False):
        try:
            pages = client("ec2").get_paginator("describe_instance_types")
            for page in pages.paginate(Filters=[{"Name": "instance-type", "Values": list(some)}]):
                known.update({str(raw["InstanceType"]): _size(raw) for raw in page["InstanceTypes"]})
        except CallFailedError as error:
            logger.warning("the sizes of instance types cannot be read", why=str(error))
    return {name: known[name] for name in wanted if name in known}


def _size(raw: Any) -> Size:
    gpus = sum(each.get("Count", 0) for each in raw.get("GpuInfo", {}).get("Gpus", []))
    return Size(
        cpu_units=raw["VCpuInfo"]["DefaultVCpus"] * CPU_UNITS,
        memory_mib=raw["MemoryInfo"]["SizeInMiB"],
        gpus=gpus,
        interfaces=raw.get("NetworkInfo", {}).get("MaximumNetworkInterfaces", 0),
    )
