"""What a dump holds of a cluster, version 1: these fields and no others. Names are the last parts of ARNs.

No environment variables, secrets, commands, images, log settings, roles or addresses, and of tags those of Ballast only: what
is not a field here is not read from AWS's answers. docs/what-if.md explains each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ballast.value import dataclass
from ballast_cli.dump.group_records import Group
from ballast_cli.dump.work_records import Service, Task, TaskDefinition

VERSION = 1


@dataclass(frozen=True, slots=True)
class Cluster:
    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    status: str = "ACTIVE"


@dataclass(frozen=True, slots=True)
class Provider:
    """A capacity provider; `group` None: Managed Instances or Fargate, as `kind` says. `reservation`: its newest metric."""

    name: str
    group: str | None = None
    kind: str = "EC2"
    managed_scaling: bool = False
    target_percent: int = 100
    minimum_step: int = 1
    maximum_step: int = 10_000
    warmup_s: int = 300
    termination_protection: bool = False
    managed_draining: bool = False
    updating: bool = False
    reservation: float | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """An instance type as EC2 describes it."""

    name: str
    vcpus: int
    memory_mib: int
    gpus: int = 0
    interfaces: int = 4


@dataclass(frozen=True, slots=True)
class Bottlerocket:
    """`version`: what runs, as Systems Manager knows it; None where it does not."""

    variant: str
    arch: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """Of EC2. `impaired`: the status check that fails; `retires_at`: a scheduled event that takes it."""

    id: str
    type: str
    zone: str
    launched_at: datetime
    spot: bool = False
    state: str = "running"
    subnet: str | None = None
    bottlerocket: Bottlerocket | None = None
    reachable: bool = True  # by Systems Manager; of Bottlerocket only
    impaired: str = ""
    retires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """A container instance. `ports`: those in use; `impaired`: checks of ECS that say so."""

    id: str
    instance: str
    registered_at: datetime
    cpu: int
    memory_mib: int
    free_cpu: int
    free_memory_mib: int
    status: str = "ACTIVE"
    agent_connected: bool = True
    provider: str | None = None
    gpus: int = 0
    free_gpus: int = 0
    ports: tuple[int, ...] = ()
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    impaired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """Of an hour: on demand by type, Spot by type and zone. What is not here is unknown."""

    currency: str = "USD"
    on_demand: Mapping[str, float] = field(default_factory=dict)
    spot: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stack:
    """Parameters of the deployment that its decisions follow from; None where no stack was found."""

    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dump:
    """`missing`: what could not be asked, and why, in sentences."""

    ballast_dump: int
    taken_at: datetime
    region: str
    cluster: Cluster
    anonymised: bool = False
    missing: tuple[str, ...] = ()
    stack: Stack | None = None
    providers: tuple[Provider, ...] = ()
    groups: tuple[Group, ...] = ()
    types: tuple[Type, ...] = ()
    prices: Prices = Prices()
    instances: tuple[Instance, ...] = ()
    hosts: tuple[Host, ...] = ()
    services: tuple[Service, ...] = ()
    definitions: tuple[TaskDefinition, ...] = ()
    tasks: tuple[Task, ...] = ()
