"""What do we remember of an instance that goes, or is to go? The items `drain#…` of the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from ballast.value import dataclass

INSTANCE_DRAINED = "Ballast Instance Drained"  # the event that an update waits for
LONGEST_TIMEOUT_S = 7200
LONGEST_DRILL = timedelta(minutes=10)
SURVIVED_AFTER = timedelta(minutes=10)  # of the moment at which EC2 was to take the instance


class Reason(StrEnum):
    """Why an instance is disrupted. The first six are forced: the instance goes anyway."""

    SPOT_INTERRUPTION = "spot_interruption"
    CAPACITY_INTERRUPTION = "capacity_interruption"
    INSTANCE_STOPPING = "instance_stopping"
    LIFECYCLE_HOOK = "lifecycle_hook"
    ROOT_VOLUME = "root_volume"
    SCHEDULED_CHANGE = "scheduled_change"
    REBALANCE_RECOMMENDATION = "rebalance_recommendation"
    BOTTLEROCKET_UPDATE = "bottlerocket_update"
    REBALANCING = "rebalancing"
    REPAIR = "repair"
    DRILL = "drill"


# EC2 takes the instance at a time that it told, and nothing of ours holds it.
TAKEN_BY_EC2 = frozenset({Reason.SPOT_INTERRUPTION, Reason.CAPACITY_INTERRUPTION, Reason.INSTANCE_STOPPING})
BY_ITS_GROUP = frozenset({Reason.LIFECYCLE_HOOK, Reason.ROOT_VOLUME})


class Phase(StrEnum):
    """WAITING is known but not begun; CLAIMED is ours, about to drain; DRAINED is empty and waits for EC2.

    CLAIMED, FORCING and ROLLING_BACK are written before the act, so that a function that died in it is taken up again.
    FORCED has had its unprotected tasks stopped; ESCALATED waits for a human; ROLLED_BACK only remembers, for a while.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    DRAINING = "draining"
    FORCING = "forcing"
    FORCED = "forced"
    ESCALATED = "escalated"
    DRAINED = "drained"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Hook:
    """A lifecycle hook of ours that holds the instance; `waits_since` is its start or last heartbeat."""

    group: str
    name: str
    token: str | None
    heartbeat_timeout_s: int
    held_since: datetime
    waits_since: datetime
    completed: bool = False
    of_root_volume: bool | None = None  # True: until the instance may have a new root volume, not until it may end

    def is_over(self, now: datetime) -> bool:
        """Whether it has timed out, as far as we know of its heartbeats."""
        return now >= self.waits_since + timedelta(seconds=self.heartbeat_timeout_s)

    def check(self) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html: at most two hours."""
        if self.heartbeat_timeout_s > LONGEST_TIMEOUT_S:
            raise ValueError(
                f"heartbeat_timeout_s is {self.heartbeat_timeout_s} but must be at most {LONGEST_TIMEOUT_S}"
            )


@dataclass(frozen=True, slots=True)
class PartOf:
    """The incident that what is told of the drain belongs to, where it is not its own."""

    incident: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Disruption:
    """One item of the ledger. `foreign`: somebody else had set it DRAINING, so we never set it ACTIVE."""

    cluster: str
    instance_id: str
    reason: Reason
    phase: Phase
    forced: bool
    started_at: datetime
    deadline: datetime | None = None
    foreign: bool = False
    hook: Hook | None = None
    goes_at: datetime | None = None  # when AWS takes the instance, if it said so
    retry_at: datetime | None = None  # WAITING, ROLLED_BACK: not before
    group: str | None = None
    unprotected: bool = False  # we took its scale-in protection away
    tasks_at_start: int | None = None  # as ECS counted them at `begun_at`
    change: str | None = None  # the event of AWS Health that `goes_at` is of
    announced_at: datetime | None = None  # when AWS last said so
    absent_since: datetime | None = None  # EC2 does not know it since; an answer that does forgets this
    unlisted_since: datetime | None = None  # no managed cluster has it since; the same
    stopped_since: datetime | None = None  # EC2 stopped it, DRAINING by us: it may be started again
    stranger: str | None = None  # the cluster that has it and is not ours, as it was told
    container_instance: str | None = None  # its ARN, to look at its tasks once ECS lists it no more
    emptied_at: datetime | None = None  # when it was seen empty while EC2 had it running
    tasks_seen: tuple[str, ...] | None = None  # that were left when its tasks were last looked at, at `seen_at`
    seen_at: datetime | None = None
    cut_off: tuple[str, ...] | None = None  # tasks that were seen to end with it
    cut_short: tuple[str, ...] | None = None  # tasks that were stopping by then
    update_waits_since: datetime | None = None  # it overtook an update, which goes on should the instance survive
    resumed_at: datetime | None = None  # when it did
    overran: Phase | None = None  # ESCALATED, FORCED: what became of it at its deadline
    maybe_cut_off_at: datetime | None = None  # its hook, or its host, may have ended before it was seen empty
    begun_at: datetime | None = None  # when it was set DRAINING, or was found so
    set_back: int | None = None  # how often it was given up to be tried again; None: never
    part_of: PartOf | None = None  # Ballast asked for its end, as a step of something else
    signal: str | None = None  # REPAIR: what it is believed to be ill by, also once its group takes it
    raised_from: int | None = None  # REPAIR: what its group wanted before it was to launch another first
    raised_at: datetime | None = None
    group_before: tuple[str, ...] | None = None  # REPAIR: who was in the group by then
    revision: int = 0

    @property
    def item(self) -> str:
        return f"drain#{self.instance_id}"

    @property
    def incident(self) -> str:
        return f"{self.cluster}/{self.instance_id}/{self.started_at:%Y%m%dT%H%M%SZ}"

    def waits_for(self, change: str | None) -> bool:
        return self.phase is Phase.WAITING and change is not None and change == self.change

    def announced_after(self, other: Disruption) -> bool:
        """Events come late and out of order: an older date must not take the place of a newer one."""
        return self.announced_at is not None and (other.announced_at is None or self.announced_at > other.announced_at)

    @property
    def held_by_our_hook(self) -> bool:
        return self.hook is not None and not self.hook.completed

    @property
    def by_its_group(self) -> bool:
        """Whether it is its group that takes it: by the reason, or as long as our hook holds it."""
        return self.hook is not None and (self.reason in BY_ITS_GROUP or not self.hook.completed)

    @property
    def told_by_rollout(self) -> bool:
        """Whether its ordinary steps are news of its rollout rather than of their own."""
        return self.reason is Reason.BOTTLEROCKET_UPDATE

    @property
    def is_a_step(self) -> bool:
        """Whether another function of ours began it, and decides what becomes of the instance once it is empty."""
        return self.reason in (Reason.BOTTLEROCKET_UPDATE, Reason.REBALANCING)

    @property
    def outcome_at(self) -> datetime | None:
        """When the drain's outcome applies: at its deadline, but where EC2 takes the instance only if it outlives that."""
        ec2_takes_it = self.reason in TAKEN_BY_EC2
        return self.deadline + SURVIVED_AFTER if self.deadline and ec2_takes_it else self.deadline

    @property
    def takes_budget(self) -> bool:
        return not self.forced and self.phase not in (Phase.WAITING, Phase.ROLLED_BACK)
