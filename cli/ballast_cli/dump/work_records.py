"""What a dump holds of the work of a cluster: services, tasks, and what task definitions reserve and ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """Of a capacity provider strategy."""

    provider: str
    weight: int = 0
    base: int = 0


@dataclass(frozen=True, slots=True)
class Deployment:
    """`state`: its rolloutState; `primary`: the one that is wanted."""

    id: str
    definition: str
    primary: bool = True
    state: str = "COMPLETED"
    running: int = 0
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """`members`: memberOf expressions; `spread`: strategies such as spread:instanceId; `balancing`: ECS evens its zones now.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
    """

    name: str
    definition: str
    desired: int
    created_at: datetime
    running: int = 0
    pending: int = 0
    status: str = "ACTIVE"
    daemon: bool = False
    launch_type: str | None = None
    strategy: tuple[Item, ...] = ()
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    members: tuple[str, ...] = ()
    distinct: bool = False
    placement: tuple[str, ...] = ()
    zone_rebalancing: bool = False
    balancing: bool = False
    task_sets: bool = False
    load_balanced: bool = False
    deployments: tuple[Deployment, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """`cpu` and `memory_mib` as ECS reserves them; `sized`: whether the task itself says so, not its containers.

    `name`: family:revision. `own_interface`: network mode awsvpc. `attributes` and `members`: what the host must have and meet.
    """

    name: str
    cpu: int
    memory_mib: int
    sized: bool = True
    reserves_memory: bool = True
    gpus: int = 0
    own_interface: bool = False
    ports: tuple[int, ...] = ()
    attributes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    stop_timeout_s: int = 30


@dataclass(frozen=True, slots=True)
class Task:
    """`host` None: it waits for one. `deployment`: of its service. `sized` as in its definition.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
    """

    id: str
    group: str
    definition: str
    created_at: datetime
    host: str | None = None
    last_status: str = "RUNNING"
    desired_status: str = "RUNNING"
    cpu: int = 0
    memory_mib: int = 0
    ports: tuple[int, ...] = ()
    deployment: str | None = None
    provider: str | None = None
    started_at: datetime | None = None
    stopping_at: datetime | None = None
    stopped_at: datetime | None = None
    protected_until: datetime | None = None
    protection_unknown: bool = False
    stop_code: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
