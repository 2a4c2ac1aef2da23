"""What did the clusters say of some EC2 instances? That one of them did not answer is no proof that it has none."""

from __future__ import annotations

from collections.abc import Mapping

from ballast.facts.view import ContainerInstance
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """Of one cluster. `complete`: ECS described all that it listed, so who is not among them is not there."""

    instances: tuple[ContainerInstance, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Sightings:
    """Of several clusters, all records by EC2 instance id. `unsure`: where a cluster that may have it did not say."""

    records: Mapping[str, tuple[ContainerInstance, ...]]
    unsure: frozenset[str] = frozenset()
