"""What to do: actions are plain values, so a plan can be compared, logged or skipped.

The executor takes the actions of many plans together in the order of `ORDER`: claim, act, tell, record. A function that dies
half-way leaves the ledger at the step before, so the next event does the rest; every action may be carried out twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ballast.plans.update_actions import CancelRefresh, FollowImage, RunCommand, StartRefresh
from ballast.records.kept import Kept
from ballast.records.watch import Watch
from ballast.words.notice import Notice


@dataclass(frozen=True, slots=True)
class Claim[T: Kept]:
    """Put a record into the ledger, or give up the plan when somebody else has; voluntary disruptions only within the budget.

    `before`: what the ledger held (None = nothing). `others_out`: instances out of service that the in-flight count misses.
    """

    after: T
    before: T | None = None
    budget: int = 0
    others_out: int = 0


@dataclass(frozen=True, slots=True)
class StartDraining:
    """Set the container instance DRAINING."""

    cluster: str
    container_instance_arn: str


@dataclass(frozen=True, slots=True)
class Reactivate:
    """Set the container instance ACTIVE again."""

    cluster: str
    container_instance_arn: str


@dataclass(frozen=True, slots=True)
class SetScaleInProtection:
    """Of one instance in its group."""

    group: str
    instance_id: str
    protected: bool


@dataclass(frozen=True, slots=True)
class StopTask:
    """`why` is shown in the task's stopped reason."""

    cluster: str
    task_arn: str
    why: str


@dataclass(frozen=True, slots=True)
class SendHeartbeat:
    """Keep the group waiting for our hook."""

    group: str
    hook: str
    instance_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class ContinueTermination:
    """Complete our hook with CONTINUE."""

    group: str
    hook: str
    instance_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class TerminateInstance:
    """Have its group terminate the instance and launch another (the desired capacity stays)."""

    group: str
    instance_id: str


@dataclass(frozen=True, slots=True)
class DeregisterContainerInstance:
    """Remove a container instance whose host is gone."""

    cluster: str
    container_instance_arn: str


@dataclass(frozen=True, slots=True)
class PutHook:
    """Put our lifecycle hook on a group of the cluster."""

    group: str
    hook: str
    cluster: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Put an event of ours on the bus that is no notice."""

    detail_type: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tell:
    """Put the notice on the event bus."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Record[T: Kept]:
    """Write a record's next state, if the ledger still holds `before`; `after` None closes it."""

    before: T | None
    after: T | None


@dataclass(frozen=True, slots=True)
class RecordWatch:
    """The same for a watch; `before` None begins one."""

    before: Watch | None
    after: Watch | None


type Action = (
    Claim[Any]
    | StartDraining
    | Reactivate
    | SetScaleInProtection
    | StopTask
    | SendHeartbeat
    | ContinueTermination
    | TerminateInstance
    | DeregisterContainerInstance
    | PutHook
    | RunCommand
    | FollowImage
    | StartRefresh
    | CancelRefresh
    | Announce
    | Tell
    | Record[Any]
    | RecordWatch
)


ORDER: tuple[type, ...] = (
    Claim,
    StartDraining,
    Reactivate,
    SetScaleInProtection,
    StopTask,
    SendHeartbeat,
    ContinueTermination,
    TerminateInstance,
    DeregisterContainerInstance,
    PutHook,
    RunCommand,
    FollowImage,
    StartRefresh,
    CancelRefresh,
    Announce,
    Tell,
    Record,
    RecordWatch,
)
