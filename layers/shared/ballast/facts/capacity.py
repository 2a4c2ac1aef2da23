"""How many instances should an Auto Scaling group have, and how many has it?"""

from __future__ import annotations

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class ZonalShift:
    """Of a group for which zonal shift is on: the zones that one moves away from now; `unknown`: why nobody knows.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-zonal-shift.html
    """

    zones: frozenset[str] = frozenset()  # by name
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class GroupCapacity:
    """As DescribeAutoScalingGroups tells it; instances by their EC2 ids.

    Standby takes an instance out of service, and out of `desired` unless it is to be replaced:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
    """

    group: str
    desired: int
    in_service: frozenset[str] = frozenset()
    starting: frozenset[str] = frozenset()  # Pending, Pending:Wait, Pending:Proceed
    leaving: frozenset[str] = frozenset()  # Terminating and what follows, which `desired` does not count
    has_warm_pool: bool = False
    warm: frozenset[str] = frozenset()  # in its pool, of those that were looked for; `desired` does not count them
    launches_suspended: bool = False
    leaves_unhealthy: bool = False  # the processes that replace what it has found unhealthy are suspended
    operator: str | None = None  # who alone may change it
    shared: bool = False  # with another cluster: what is not registered here may serve there
    zones: frozenset[str] = frozenset()  # where it may launch, by name
    max_size: int | None = None
    shift: ZonalShift | None = None  # None: zonal shift is off for it, so there is none

    @property
    def members(self) -> frozenset[str]:
        return self.in_service | self.starting | self.leaving

    @property
    def missing(self) -> int:
        """Instances that nobody launches although the group should have them."""
        return max(0, self.desired - len(self.in_service) - len(self.starting))
