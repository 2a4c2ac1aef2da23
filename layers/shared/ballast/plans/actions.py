"""What to do: the actions of every function. What only updates do is in `update_actions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.plans.action import Action, Place
from ballast.records.kept import Kept
from ballast.records.watch import Watch
from ballast.value import dataclass
from ballast.words.notice import Notice


@dataclass(frozen=True, slots=True)
class Claim[T: Kept](Action):
    """Put a record into the ledger, or give up the plan when somebody else has; voluntary disruptions only within the budget.

    `before`: what the ledger held (None = nothing). `others_out`: instances out of service that the in-flight count misses.
    """

    after: T
    before: T | None = None
    budget: int = 0
    others_out: int = 0
    place = Place.CLAIM
    line = None


@dataclass(frozen=True, slots=True)
class StartDraining(Action):
    """Set the container instance DRAINING."""

    cluster: str
    container_instance_arn: str

    @property
    def line(self) -> str:
        return f"set container instance {_short(self.container_instance_arn)} to DRAINING"


@dataclass(frozen=True, slots=True)
class Reactivate(Action):
    """Set the container instance ACTIVE again."""

    cluster: str
    container_instance_arn: str

    @property
    def line(self) -> str:
        return f"set container instance {_short(self.container_instance_arn)} to ACTIVE"


@dataclass(frozen=True, slots=True)
class SetScaleInProtection(Action):
    """Of one instance in its group."""

    group: str
    instance_id: str
    protected: bool

    @property
    def line(self) -> str:
        how, what = ("protect", "from") if self.protected else ("unprotect", "for")
        return f"{how} {self.instance_id} of {self.group} {what} scale-in"


@dataclass(frozen=True, slots=True)
class StopTask(Action):
    """`why` is shown in the task's stopped reason."""

    cluster: str
    task_arn: str
    why: str

    @property
    def line(self) -> str:
        return f"stop task {_short(self.task_arn)}"


@dataclass(frozen=True, slots=True)
class SendHeartbeat(Action):
    """Keep the group waiting for our hook."""

    group: str
    hook: str
    instance_id: str
    token: str | None

    @property
    def line(self) -> str:
        return f"send a heartbeat of {self.hook} on {self.group} for {self.instance_id}"


@dataclass(frozen=True, slots=True)
class ContinueTermination(Action):
    """Complete our hook with CONTINUE."""

    group: str
    hook: str
    instance_id: str
    token: str | None

    @property
    def line(self) -> str:
        return f"complete {self.hook} on {self.group} for {self.instance_id} with CONTINUE"


@dataclass(frozen=True, slots=True)
class TerminateInstance(Action):
    """Have its group terminate the instance and launch another (the desired capacity stays)."""

    group: str
    instance_id: str

    @property
    def line(self) -> str:
        return f"have {self.group} terminate {self.instance_id} and launch another"


@dataclass(frozen=True, slots=True)
class DeregisterContainerInstance(Action):
    """Remove a container instance whose host is gone."""

    cluster: str
    container_instance_arn: str

    @property
    def line(self) -> str:
        return f"deregister container instance {_short(self.container_instance_arn)}, whose host is gone"


@dataclass(frozen=True, slots=True)
class PutHook(Action):
    """Put our lifecycle hook on a group of the cluster."""

    group: str
    hook: str
    cluster: str

    @property
    def line(self) -> str:
        return f"put lifecycle hook {self.hook} on {self.group}"


@dataclass(frozen=True, slots=True)
class Announce(Action):
    """Put an event of ours on the bus that is no notice."""

    detail_type: str
    detail: Mapping[str, Any]
    place = Place.TELL
    line = None


@dataclass(frozen=True, slots=True)
class Tell(Action):
    """Put the notice on the event bus."""

    notice: Notice
    place = Place.TELL
    writes = False
    line = None


@dataclass(frozen=True, slots=True)
class Record[T: Kept](Action):
    """Write a record's next state, if the ledger still holds `before`; `after` None closes it.

    `budget`: as a claim's, of a record that takes budget from here on.
    """

    before: T | None
    after: T | None
    budget: int = 0
    place = Place.RECORD
    line = None


@dataclass(frozen=True, slots=True)
class RecordWatch(Action):
    """The same for a watch, which only remembers what was told; `before` None begins one."""

    before: Watch | None
    after: Watch | None
    place = Place.RECORD
    writes = False
    line = None


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
