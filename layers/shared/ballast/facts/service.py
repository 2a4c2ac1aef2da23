"""A service, as ECS describes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """Counts as ECS reports them, percentages of its deployment configuration."""

    name: str
    desired: int
    running: int
    pending: int
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200


@dataclass(frozen=True, slots=True)
class ServiceCounts:
    """How many tasks of a service run and how many should."""

    running: int
    desired: int
