"""What is seen of the health of a cluster's instances at one moment? `None` is "not asked", never "none"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ballast.facts.capacity import GroupCapacity
from ballast.facts.group import GroupMembership
from ballast.facts.view import Cluster, ContainerInstance
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class FailedStarts:
    """Tasks that did not start on one container instance within the last hour; `share`: of all that failed so.

    `elsewhere`: what failed there runs on another one, or tasks of several families failed, so that it is the host's fault.
    """

    number: int
    share: float
    first_at: datetime
    last_at: datetime
    why: str
    elsewhere: bool = True


@dataclass(frozen=True, slots=True)
class Launch:
    """Of one instance: when, and from which image, where EC2 says it."""

    at: datetime
    image: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """`listed`: who drains or has lost its agent. The rest is asked now and then, with `everybody`, who ECS lists at all.

    `members`: of the groups that could be asked, by EC2 id, as the others; `launched`: of members that ECS does not list.
    `answered_at`: by when all of it was told, which may be long after its round began; None: at once.
    """

    cluster: Cluster
    listed: tuple[ContainerInstance, ...]
    members: Mapping[str, GroupMembership] = field(default_factory=dict)
    capacity: tuple[GroupCapacity, ...] = ()
    everybody: tuple[ContainerInstance, ...] | None = None
    launched: Mapping[str, Launch] | None = None
    templates: Mapping[str, str] = field(default_factory=dict)  # what a group launches now, as of members; if asked
    ec2_impaired: Mapping[str, str] | None = None  # why
    failed_starts: Mapping[str, FailedStarts] | None = None  # by ARN of the container instance
    not_here: frozenset[str] = frozenset()  # ids of those that are gone, or registered in another cluster, or may be
    answered_at: datetime | None = None
