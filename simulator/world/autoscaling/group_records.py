"""What Auto Scaling knows: groups, their members, their lifecycle hooks and the actions that wait on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.clock import Timer
from simulator.world.autoscaling.attached_records import (
    Activity,
    LaunchFault,
    MixedPolicy,
    ScheduledAction,
    WarmPool,
    ZonalShift,
)
from simulator.world.core.records import Cluster, Instance, Shape
from simulator.world.ec2.launch_templates import LaunchTemplate

TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
LONGEST_WAIT_S = 48 * 3600.0

type Result = Literal["CONTINUE", "ABANDON"]
type Fault = Literal["never_joins", "registration_failed", "agent_lost", "other_version", "starts_nothing"]


@dataclass(slots=True)
class Hook:
    """A lifecycle hook; the API's own default for the result is ABANDON, here it must be chosen."""

    name: str
    default_result: Result = "CONTINUE"
    heartbeat_timeout_s: int = 3600
    transition: str = TERMINATING
    notification_metadata: str | None = None

    @property
    def global_timeout_s(self) -> float:
        """48 hours or 100 heartbeats, whichever is less.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html
        """
        return min(LONGEST_WAIT_S, 100.0 * self.heartbeat_timeout_s)


@dataclass(frozen=True, slots=True)
class Passage:
    """One way of a member on which hooks may hold it; `done` hears once nothing holds it any longer.

    Where from and where to: https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-eventbridge-events.html
    """

    transition: str
    waits_in: str  # the lifecycle state
    done: Callable[[Member, Result], None]
    origin: str = "AutoScalingGroup"
    destination: str = "EC2"
    action: str | None = None  # ReplaceRootVolume


@dataclass(slots=True, eq=False)
class LifecycleAction:
    """One hook holding one instance."""

    hook: Hook
    member: Member
    token: str
    started_at_s: float
    timer: Timer | None = None


@dataclass(slots=True, eq=False)
class Member:
    """An instance in its group, with AWS's lifecycle state (Pending, InService, Terminating:Wait, …)."""

    group: Group
    instance: Instance
    state: str
    protected: bool
    healthy: bool = True
    launched_from: int | None = None  # version of the launch template
    actions: dict[str, LifecycleAction] = field(default_factory=dict)  # by hook name
    passage: Passage | None = None  # the last one on which hooks could hold it
    from_pool: bool = False  # it comes from the warm pool, or goes there
    why: str = ""  # the cause of its launch, in Auto Scaling's words; what was there before the story has none
    why_leaving: str = ""
    leaves_as: str = ""  # the id of the activity, where the one who asked was told
    changed_at_s: float = 0.0  # when its launch or its termination began

    @property
    def leaving(self) -> bool:
        return self.state.startswith(("Terminating", "Warmed:Terminating", "Detach"))

    @property
    def warm(self) -> bool:
        """In the warm pool, which does not count for the desired capacity.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
        """
        return self.state.startswith("Warmed:")

    @property
    def standby(self) -> bool:
        return self.state in ("EnteringStandby", "Standby")

    @property
    def counts(self) -> bool:
        """Towards the desired capacity."""
        return not (self.leaving or self.warm or self.standby)


@dataclass(slots=True, eq=False)
class Group:
    name: str
    arn: str
    cluster: Cluster | None
    desired: int
    minimum: int
    maximum: int
    shape: Shape
    zones: tuple[str, ...]
    spot: bool
    capacity_provider: str | None
    protects_new_instances: bool
    created_at_s: float
    tags: dict[str, str]
    template: LaunchTemplate | None = None  # None: some image without Bottlerocket
    template_version: str = "1"  # as the group names it: a number, $Latest or $Default
    mixed: MixedPolicy | None = None  # of several types
    boot_seconds: tuple[float, float] | None = None  # how long its launches take, if not as usual
    join_seconds: tuple[float, float] | None = None
    scheduled: dict[str, ScheduledAction] = field(default_factory=dict)  # by name
    balanced_only: bool = False  # it launches in the lightest zone or not at all
    balancing: Member | None = None  # what it launched to even its zones
    extra: int = 0  # instances above `desired` that LaunchInstances has launched
    ecs_tagged: bool = True  # AmazonECSManaged, where it has a capacity provider
    max_lifetime_s: int | None = None
    maintenance: tuple[int, int] | None = None  # least and most healthy percent while instances are replaced
    replacing: Member | None = None  # whose life is over, while another is launched for it
    answers: dict[str, tuple[object, dict[str, Any]]] = field(default_factory=dict)  # by client token
    resized_at_s: float = float("-inf")  # the cooldown counts from here
    surge: int = 0  # instances above `desired`, launched before others go: by a refresh, a zone's balance, a lifetime
    refreshed_to: int | None = None  # the version that a refresh desires, which scale-outs launch meanwhile
    os: tuple[str, str] | None = None  # Bottlerocket's variant, and its architecture
    members: dict[str, Member] = field(default_factory=dict)  # by instance id
    hooks: dict[str, Hook] = field(default_factory=dict)
    suspended: dict[str, str] = field(default_factory=dict)  # process: why
    launch_fault: LaunchFault | None = None
    newcomers: Fault | None = None  # what is wrong with what it launches
    overrides: list[dict[str, Any]] | None = None  # of a mixed instances policy
    failed_launches: int = 0  # in a row
    failing_since_s: float | None = None
    retries_at_s: float = 0.0  # no launch is tried before
    warm_pool: WarmPool | None = None
    shifts_by: str | None = None  # where zonal shift is on: its ImpairedZoneHealthCheckBehavior
    shift: ZonalShift | None = None
    operator: str | None = None  # the principal that alone may change it
    activities: list[Activity] = field(default_factory=list)  # newest last
    why: str = ""  # of the last change of its desired capacity, in Auto Scaling's words

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Of every type that it may launch."""
        return self.mixed.types if self.mixed else (self.shape,)

    @property
    def open_pool(self) -> WarmPool | None:
        """Its warm pool, unless somebody has had it deleted."""
        return None if self.warm_pool is None or self.warm_pool.pending_delete else self.warm_pool

    @property
    def staying(self) -> list[Member]:
        """Who counts towards the desired capacity."""
        return [member for member in self.members.values() if member.counts]

    @property
    def override_image(self) -> str | None:
        """An override's image stands in for that of the launch template.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
        """
        return next((image for o in self.overrides or [] if (image := o.get("ImageId"))), None)
