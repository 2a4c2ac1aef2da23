"""A plan: why, and which actions in which order."""

from __future__ import annotations

from dataclasses import dataclass

from ballast.plans.actions import Action


@dataclass(frozen=True, slots=True)
class Plan:
    """`reason` says in words why these actions, or why none."""

    reason: str
    actions: tuple[Action, ...] = ()
