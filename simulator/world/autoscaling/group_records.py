"""What Auto Scaling knows: groups, their members, their lifecycle hooks and the actions that wait on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simulator.clock import Timer
from simulator.world.core.records import Cluster, Instance, Shape
from simulator.world.ec2.launch_templates import LaunchTemplate

TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
LONGEST_WAIT_S = 48 * 3600.0

type Result = Literal["CONTINUE", "ABANDON"]


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

    @property
    def leaving(self) -> bool:
        return self.state.startswith("Terminating")


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
    surge: int = 0  # instances above `desired` that an instance refresh has launched
    os: tuple[str, str] | None = None  # Bottlerocket's variant, and its architecture
    members: dict[str, Member] = field(default_factory=dict)  # by instance id
    hooks: dict[str, Hook] = field(default_factory=dict)

    @property
    def staying(self) -> list[Member]:
        return [member for member in self.members.values() if not member.leaving]
