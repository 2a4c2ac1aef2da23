"""What to do about how many instances a group wants: what rebalancing and repair have in common."""

from __future__ import annotations

from ballast.plans.action import Action
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class RaiseDesired(Action):
    """Have a group want more, if it still wants `desired`; it launches by itself, and says later what it did not get."""

    group: str
    desired: int
    add: int

    @property
    def line(self) -> str:
        return f"raise {self.group} from {self.desired} to {self.desired + self.add}"


@dataclass(frozen=True, slots=True)
class LowerDesired(Action):
    """Have a group want no more than it has; it chooses no victim for that."""

    group: str
    desired: int

    @property
    def line(self) -> str:
        return f"set {self.group} back to {self.desired}, which it has"


@dataclass(frozen=True, slots=True)
class TerminateAndLower(Action):
    """Have a group terminate this instance and want one less: `desired`, and not less than that in any case.

    `goes_anyway`: where somebody else has sized the group since, or it may not want less, it is replaced.
    """

    group: str
    instance_id: str
    desired: int
    goes_anyway: bool = False

    @property
    def line(self) -> str:
        return f"have {self.group} terminate {self.instance_id} and want {self.desired}"
