"""What Auto Scaling knows: of an instance, the group and lifecycle state that it is in; of a group, its hooks."""

from __future__ import annotations

from ballast.value import dataclass

WAITS_FOR_HOOKS = "Terminating:Wait"
WAITS_IN_POOL = "Warmed:Terminating:Wait"
WAITS_FOR_ROOT = "ReplacingRootVolume:Wait"
# Where a hook of the transition "terminating" holds an instance, whether it goes or survives:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html
HELD = frozenset({WAITS_FOR_HOOKS, WAITS_IN_POOL, WAITS_FOR_ROOT})
DEFAULT_HEARTBEAT_S = 900  # of our hook
SHORTEST_TIMEOUT_S = 300  # a sweep a minute, one of them lost, must fit into half of it
LEAVING = ("Terminat", "Warmed:Terminat")  # Terminating, Terminating:Wait, Terminating:Retained, Terminated, …


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """Of one instance; the states: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Instance.html."""

    group: str
    lifecycle_state: str
    protected_from_scale_in: bool = False
    operator: str | None = None  # who alone may change the group; known where the group was described
    zone: str | None = None
    template: str | None = None  # lt-ID:VERSION, where the group was described and has one
    healthy: bool = True  # by Auto Scaling, which replaces it otherwise

    @property
    def in_service(self) -> bool:
        return self.lifecycle_state == "InService"

    @property
    def launches(self) -> bool:
        """Whether it is on its way into service."""
        return self.lifecycle_state.startswith("Pending")

    @property
    def leaves(self) -> bool:
        """Whether the group terminates it. Standby, Pending, the warm pool and a new root volume are no end."""
        return self.lifecycle_state.startswith(LEAVING)

    @property
    def goes_on(self) -> bool:
        """Whether no hook holds it any more: completed, or timed out with what still ran there."""
        return self.lifecycle_state.endswith(":Proceed")

    @property
    def in_standby(self) -> bool:
        return self.lifecycle_state in ("EnteringStandby", "Standby")

    @property
    def in_warm_pool(self) -> bool:
        """Whether it waits there, or is on its way in: its group starts it when it wants more in service."""
        return self.lifecycle_state.startswith("Warmed:") and not self.leaves

    @property
    def may_stay_stopped(self) -> bool:
        """Whether its group does not replace it for being stopped: the warm pool stops it, and Standby has no health checks.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
        """
        return self.in_warm_pool or self.in_standby


@dataclass(frozen=True, slots=True)
class GroupHook:
    """A terminating lifecycle hook of a group."""

    group: str
    name: str
    heartbeat_timeout_s: int
    default_result: str


def why_operated(group: str, operator: str | None) -> str | None:
    """Only the principal that operates a group may change it.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operator.html
    """
    return f"Auto Scaling group {group} may be changed by its operator {operator} alone" if operator else None
