"""What does a decision about a cluster's capacity see? Everything at one moment; `None` is "not looked up", never "none".

What gives it (ECS, EC2 and Auto Scaling calls):
    Provider     DescribeCapacityProviders, DescribeClusters (ATTACHMENTS); `reservation`: GetMetricData
    Group        DescribeAutoScalingGroups, DescribeScheduledActions, DescribeInstanceRefreshes; times and causes from
                 DescribeScalingActivities; `offers`: its template and overrides, and the ledger's least registered capacity
    Instance     DescribeContainerInstances, its group's Instances[] (type, zone, state), DescribeInstances once (Spot, subnet);
                 `tasks`: ListTasks, DescribeTasks and GetTaskProtection, kept by `version`; where protection cannot be read,
                 a task is protected for ever; `interfaces`: DescribeInstanceTypes, more with the attribute of a trunk
    Workload     DescribeServices and its events; `copy`: DescribeTaskDefinition; `placed`: ListTasks of a short service
    Price        GetProducts, DescribeSpotPriceHistory
    the rest     the ledger: moves, shortages, memories, `told`; `Budget` as `drain.budget` counts it

Resources have packing's names: "cpu" in CPU units, "memory" in MiB, "gpu" and "eni" in pieces, "port:8080" once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from ballast.facts.capacity import GroupCapacity
from ballast.facts.task import Service, Task
from ballast.facts.view import Cluster, ContainerInstance
from ballast.records.rebalancing import Move, ProviderMemory, Shortage
from ballast.value import dataclass

type Resources = Mapping[str, int]
USD = "USD"


class Market(StrEnum):
    ON_DEMAND = "on-demand"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class Price:
    """Of one hour; `zone` None: in every zone of the Region."""

    instance_type: str
    market: Market
    per_hour: float
    zone: str | None = None
    currency: str = USD


@dataclass(frozen=True, slots=True)
class Offer:
    """A type that a group may launch. `capacity`: the least that one registered, less its daemons.

    Where none has been seen, its nominal size with 92.5 % of the memory.
    """

    instance_type: str
    capacity: Resources
    market: Market = Market.ON_DEMAND
    attributes: Mapping[str, str | None] = field(default_factory=dict)  # that every instance of it has


class Picks(StrEnum):
    """Which of several types a group launches: the first that it gets, the cheapest in the zone, or nobody knows."""

    FIRST = "first"
    CHEAPEST = "cheapest"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Group:
    """An Auto Scaling group. `capacity` is what the other rooms see of it."""

    capacity: GroupCapacity
    min_size: int
    max_size: int
    offers: tuple[Offer, ...] = ()
    picks: Picks = Picks.FIRST
    weighted: bool = False
    refreshing: bool = False  # an instance refresh runs
    replacing: bool = False  # MaxInstanceLifetime, or launch before terminate: more than desired is normal then
    suspended: frozenset[str] = frozenset()  # processes
    raises_at: datetime | None = None  # the next scheduled action that raises a size
    desired_since: datetime | None = None  # since when the desired capacity is what it is
    ecs_raised_at: datetime | None = None  # the newest activities whose cause is the scaling of ECS
    ecs_lowered_at: datetime | None = None
    raised_at: datetime | None = None  # by whomsoever, or when what that launched came
    spot_lost_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.capacity.group


@dataclass(frozen=True, slots=True)
class Provider:
    """A capacity provider as DescribeCapacityProviders tells it. `group` None: Managed Instances or Fargate, as `kind` says."""

    name: str
    group: str | None
    kind: str = "EC2"
    managed_scaling: bool = True
    target_percent: int = 100
    termination_protection: bool = True
    updating: str = ""  # its update status, or the cluster's of its attachments, while one is in progress
    reservation: float | None = None  # CapacityProviderReservation; None: not read


@dataclass(frozen=True, slots=True)
class Instance:
    """A container instance and what EC2 and Auto Scaling add. `tasks` None: not listed, so it stays."""

    host: ContainerInstance
    instance_type: str
    zone: str
    group: str | None
    lifecycle_state: str = "InService"
    market: Market | None = Market.ON_DEMAND
    tasks: tuple[Task, ...] | None = ()
    interfaces: int = 0  # tasks of network mode awsvpc that it takes in all
    version: int = 0
    changed_at: datetime | None = None  # the last start or stop of a task that is no daemon
    warned: bool = False  # a Spot notice or rebalance recommendation
    subnet: str | None = None
    left_behind: int = 0  # tasks on older container instances of it, as of an agent that lost its data

    @property
    def id(self) -> str:
        return self.host.instance_id


@dataclass(frozen=True, slots=True)
class Workload:
    """A service. `copy`: one task of it as its newest task definition reserves, to size those that are missing."""

    service: Service
    copy: Task | None = None
    daemon: bool = False
    providers: Mapping[str, int] = field(default_factory=dict)  # weight by provider; none: by launch type
    placed: int | None = None  # tasks with a container instance, as listed; None: its counts have to do
    primary_placed: int | None = None  # those of the newest deployment
    starts_none: bool = False  # its newest deployment has failed, and none takes its place
    busy: str = ""  # "a deployment is in progress", "a task set is …"
    settled_at: datetime | None = None  # the last SERVICE_REBALANCING_COMPLETED
    resized_at: datetime | None = None  # the last SERVICE_DESIRED_COUNT_UPDATED
    peak: int = 0  # the most that were desired within 30 minutes
    low: int | None = None  # the least; None: not known
    stops_in: timedelta = timedelta(seconds=330)  # deregistration delay and stop timeout together
    packs: bool = False  # its first strategy is binpack
    short_since: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.service.name


@dataclass(frozen=True, slots=True)
class Waiting:
    """A standalone task that is PROVISIONING. `provider` "": by launch type."""

    task: Task
    provider: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """What all voluntary acts share: how many instances may be out of service, and how many are, whoever took them."""

    allowed: int = 0
    out: int = 0

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.out)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`told`: when each page was told last, by its key. `definitions`: a task of each that `RebalancePolicy.spare` names."""

    cluster: Cluster
    providers: tuple[Provider, ...] = ()
    groups: tuple[Group, ...] = ()
    deleted: frozenset[str] = frozenset()  # groups that Auto Scaling knows no more
    instances: tuple[Instance, ...] = ()
    services: Mapping[str, Workload] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    prices: tuple[Price, ...] = ()
    budget: Budget = Budget()
    moves: tuple[Move, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    memories: tuple[ProviderMemory, ...] = ()
    definitions: Mapping[str, Task] = field(default_factory=dict)
    told: Mapping[str, datetime] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)  # by instance id: why nothing else is begun with it
