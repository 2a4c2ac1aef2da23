"""A plan: why, which actions, and by which revision a record moves on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ballast.plans.action import Action
from ballast.plans.actions import Claim
from ballast.records.kept import Kept
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`reason` says in words why these actions, or why none."""

    reason: str
    actions: tuple[Action, ...] = ()

    @property
    def takes_budget(self) -> bool:
        """Whether it begins a voluntary disruption; one a round, so that the next proof of capacity sees its effect."""
        return any(isinstance(action, Claim) and action.budget for action in self.actions)


UNDECIDED = Plan("it could not be decided")


def plan_each[T](subjects: Iterable[T], plan: Callable[[T, bool], Plan]) -> list[Plan]:
    """One plan for each. `plan` is told whether it may begin a voluntary disruption: nobody may any more once one did."""
    plans: list[Plan] = []
    may_begin = True
    for subject in subjects:
        plans.append(plan(subject, may_begin))
        may_begin = may_begin and not plans[-1].takes_budget
    return plans


def next_revision[T: Kept](record: T) -> T:
    """The record, changed or not, one revision later: `next_revision(replace(known, phase=Phase.DRAINED))`.

    The changes are not its own arguments, because a type checker knows the fields of `replace` only.
    """
    return replace(record, revision=record.revision + 1)
