"""What there is in the world: instances, clusters, container instances, services and tasks, without any behaviour."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from simulator.clock import Timer
from simulator.world.core.capacity_records import CapacityProvider, StrategyItem, WaitingTask
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.free_room import FreeRoom

FORGOTTEN_AFTER_S = 3600.0  # how long AWS still shows what has ended: "about an hour"


class InstanceState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SHUTTING_DOWN = "shutting-down"
    TERMINATED = "terminated"


class Status(StrEnum):
    """Of a container instance (API_ContainerInstance, `status`)."""

    ACTIVE = "ACTIVE"
    DRAINING = "DRAINING"
    DEREGISTERING = "DEREGISTERING"
    INACTIVE = "INACTIVE"
    REGISTRATION_FAILED = "REGISTRATION_FAILED"


@dataclass(frozen=True, slots=True)
class Shape:
    """What an instance of a type offers to ECS: CPU units, the memory that is left for tasks, GPUs.

    `task_enis`: one less than it has: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
    """

    instance_type: str = "m7g.xlarge"
    cpu: int = 4096
    memory_mib: int = 15568
    gpus: int = 0
    task_enis: int = 3
    trunk_enis: int = 0  # the same for an instance with a trunk; 0: the type has none
    nominal_memory_mib: int = 0  # what the type has; 0: a little more than is left


@dataclass(slots=True, eq=False)
class Instance:
    id: str
    shape: Shape
    zone: str
    spot: bool
    launched_at_s: float
    private_ip: str
    cluster: Cluster | None = None  # the one its user data names
    group: str | None = None
    capacity_provider: str | None = None
    ecs_managed: bool = False  # an ECS Managed Instance: EC2 lets nobody else end it
    external: bool = False  # ECS Anywhere: a managed node of Systems Manager, unknown to EC2
    capacity_reservation: str | None = None
    subnet: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    image_id: str | None = None  # None: some image without Bottlerocket
    os: tuple[str, str] | None = None  # Bottlerocket's variant, and its architecture
    trunk: bool = False  # launched after the account opted in to awsvpcTrunking
    boot_seconds: tuple[float, float] = (0.0, 0.0)
    join_seconds: tuple[float, float] | None = None  # until its agent has registered; None: as usual
    fault: str | None = None  # what is wrong with it (see Fault); starts_nothing: its container runtime is broken
    state: InstanceState = InstanceState.PENDING
    cause: str = ""  # why it stops or ends: spot, retirement, scale_in, …
    ended_at_s: float | None = None

    @property
    def going(self) -> bool:
        return self.state not in (InstanceState.PENDING, InstanceState.RUNNING)


@dataclass(slots=True, eq=False)
class Cluster:
    name: str
    arn: str
    tags: dict[str, str]
    status: str = "ACTIVE"  # or PROVISIONING, DEPROVISIONING, FAILED, INACTIVE
    providers: dict[str, CapacityProvider] = field(default_factory=dict)
    container_instances: dict[str, ContainerInstance] = field(default_factory=dict)  # by ARN
    by_ec2_id: dict[str, ContainerInstance] = field(default_factory=dict)  # the newest record of each id
    ghosts: dict[str, list[ContainerInstance]] = field(default_factory=dict)  # its older records, by id
    services: dict[str, Service] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)  # by ARN, STOPPED ones for an hour
    stopped: deque[Task] = field(default_factory=deque)  # the order in which they are forgotten
    room: FreeRoom[ContainerInstance] = field(default_factory=FreeRoom)
    blocked: dict[str, Service] = field(default_factory=dict)  # services that found no room
    waiting: dict[str, WaitingTask] = field(default_factory=dict)  # in PROVISIONING, by ARN
    gave_up: list[WaitingTask] = field(default_factory=list)  # what waited in vain and was STOPPED


@dataclass(slots=True, eq=False)
class ContainerInstance:
    arn: str
    number: int  # order of registration
    cluster: Cluster
    instance: Instance
    registered_at_s: float
    free_cpu: int
    free_memory_mib: int
    tags: dict[str, str]
    free_gpus: int = 0
    free_enis: int = 0
    attributes: dict[str, str | None] = field(default_factory=dict)  # what somebody put on it (PutAttributes)
    status: Status = Status.ACTIVE
    agent_connected: bool = True
    end_noticed: bool = False  # its agent was connected when EC2 began to terminate it
    version: int = 1
    deregistered_at_s: float | None = None
    ports: set[int] = field(default_factory=set)  # host ports in use
    unfinished: dict[str, Task] = field(default_factory=dict)  # every task that is not STOPPED
    ended: deque[Task] = field(default_factory=deque)  # STOPPED tasks of the last hour
    running: int = 0  # as ECS counts: desired status RUNNING and running
    pending: int = 0
    parked: list[Task] = field(default_factory=list)  # whose next step waits for the agent

    @property
    def placeable(self) -> bool:
        return self.status is Status.ACTIVE and self.agent_connected


@dataclass(slots=True, eq=False)
class Service:
    name: str
    arn: str
    cluster: Cluster
    spec: TaskSpec
    desired: int
    minimum_healthy_percent: int
    maximum_percent: int
    daemon: bool
    protected_for_s: float | None
    binpack: bool
    deployment_id: str
    created_at_s: float
    tags: dict[str, str]
    strategy: tuple[StrategyItem, ...] = ()  # none: a launch type
    tasks: dict[str, Task] = field(default_factory=dict)  # every one that is not STOPPED
    leaving: dict[str, Task] = field(default_factory=dict)  # wanted, but on a DRAINING instance
    per_zone: dict[str, int] = field(default_factory=dict)
    per_host: dict[int, int] = field(default_factory=dict)  # by ContainerInstance.number
    running: int = 0
    pending: int = 0
    unplaced: int = 0
    steady: bool = True
    evaluation_due: bool = False
    failed_at_s: float = float("-inf")
    placement: tuple[str, ...] | None = None  # strategies such as binpack:cpu; None: `binpack` says which
    zone_rebalancing: bool = False
    replaced: str | None = None  # the deployment whose tasks the present one replaces

    @property
    def minimum(self) -> int:
        """Tasks that must keep running: the percentage is rounded up (API_DeploymentConfiguration)."""
        return 0 if self.daemon else -(-self.minimum_healthy_percent * self.desired // 100)

    @property
    def maximum(self) -> int:
        """Tasks that may exist at once: the percentage is rounded down (API_DeploymentConfiguration)."""
        return self.maximum_percent * self.desired // 100


@dataclass(slots=True, eq=False)
class Task:
    arn: str
    host: ContainerInstance
    spec: TaskSpec
    service: Service | None
    group: str
    started_by: str | None
    created_at_s: float
    provider: str | None = None  # the capacity provider that it was placed by; None: by its launch type
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    counted: str | None = None  # running, pending, or nothing
    version: int = 1
    steps: list[tuple[str, float]] = field(default_factory=list)  # (status, how long it lasts)
    timer: Timer | None = None
    protected_until_s: float | None = None
    stop_cause: str = ""
    stop_code: str | None = None
    stopped_reason: str = ""
    started_at_s: float | None = None
    stopping_at_s: float | None = None
    stopped_at_s: float | None = None
    dead: bool = False  # its containers ended with the host, whatever ECS still believes

    @property
    def is_daemon(self) -> bool:
        return self.service is not None and self.service.daemon
