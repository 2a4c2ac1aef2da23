"""What a task needs of its host, and how long it takes to start and stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class TaskSpec:
    """One for each service or standalone task; ranges are seconds, drawn evenly for each task.

    What a task definition may ask for:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """

    family: str
    cpu: int
    memory_mib: int
    start_seconds: tuple[float, float] = (5.0, 20.0)
    stop_seconds: tuple[float, float] = (2.0, 30.0)
    deregistration_delay_s: float = 0.0  # above 0: the task is behind a load balancer
    host_port: int | None = None
    tags: tuple[tuple[str, str], ...] = ()
    launch_type: str = "EC2"  # or EXTERNAL
    gpus: int = 0
    awsvpc: bool = False  # the task takes a network interface of its host
    member_of: tuple[str, ...] = ()  # expressions of the cluster query language
    also_member_of: tuple[str, ...] = ()  # of its task definition, where its service has some as well
    constrained_by_service: bool = True  # whether `member_of` stands in the service or in the task definition
    distinct_instance: bool = False
    requires_attributes: tuple[str, ...] = ()
    revision: int = 1  # of its task definition
    fails: bool = False  # it stops before it runs
    ports: tuple[int, ...] = ()  # fixed ones of the host, which its definition and each task of it show
    stop_timeout_s: int | None = None  # as its definition says
    has_task_size: bool = True  # False: only its container says what it reserves

    @property
    def definition(self) -> str:
        return f"{self.family}:{self.revision}"

    @property
    def host_ports(self) -> tuple[int, ...]:
        return self.ports if self.host_port is None else (self.host_port, *self.ports)

    @property
    def undemanding(self) -> bool:
        """Whether an EC2 instance with the CPU, memory and port is all that it asks for."""
        return not (
            self.launch_type != "EC2"
            or self.gpus
            or self.awsvpc
            or self.member_of
            or self.also_member_of
            or self.distinct_instance
            or self.requires_attributes
        )
