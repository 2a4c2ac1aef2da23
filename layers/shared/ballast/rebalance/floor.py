"""How small may a group become before ECS managed scaling brings instances back?

CapacityProviderReservation is 100 x M / N: M instances that tasks need, N that there are; ECS steers it to the target T.
https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/
"""

from __future__ import annotations

from ballast.value import dataclass
from ballast.words.incident import count

HUNDRED_PERCENT = 100


def least_size(busy: int, target_percent: int, min_size: int = 0) -> int:
    """N*: with `busy` instances in use the fewest that ECS does not add to, nor the group. Exact: no float."""
    return max(min_size, -(-HUNDRED_PERCENT * busy // target_percent))


@dataclass(frozen=True, slots=True)
class Size:
    """Of a part, before a plan: those that live, what the group should have, and those that tasks need."""

    now: int
    desired: int
    busy: int
    min_size: int
    target_percent: int | None  # None: ECS does not scale it

    def below_minimum(self, removed: int) -> str:
        """Why its group may not lose so many, or ""."""
        if min(self.desired - removed, self.now - removed) >= self.min_size:
            return ""
        return f"its group has {count(min(self.now, self.desired), 'instance')} and a minimum of {self.min_size}"

    def undone(self, busy: int, empty: int, filled: int) -> str:
        """Why ECS would bring instances back once so many in use and empty ones are gone, or "".

        `filled`: empty instances that may get tasks by it. Without any, N* before implies N* after, for every T: emptying r
        onto instances that were in use lowers N* by r x 100 / T, which is r or more.
        """
        if self.target_percent is None:
            return ""
        left, used = self.now - busy - empty, self.busy - busy + filled
        least = least_size(used, self.target_percent)
        if left >= least:
            return ""
        wants = count(least, "instance")
        why = f"with {used} in use and a target of {self.target_percent} % ECS wants {wants}, and {left} would stay"
        return f"{why}; it would fill headroom" if filled else why
