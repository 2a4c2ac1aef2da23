"""What is said of several incidents of one reason: the state that a code stands for, and why they are at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ballast.records.disruption import Reason
from ballast.value import dataclass
from ballast.words.codes import (
    BOTTLEROCKET_TEMPLATE,
    DEPLOYMENT_FAILED,
    HEADROOM_MISSING,
    LIFECYCLE_HOOK_PUT,
    NO_CAPACITY,
    NO_LAUNCH_FITS,
    PLACEMENT_FAILURE,
    PROBE_FAILED,
    SCALE_OUT,
    SHORTAGE,
    TASK_IMPOSSIBLE,
    TASK_START_IMPAIRED,
    UNVERIFIABLE,
    UNVERIFIED,
    Code,
)

# After a number: `2 stuck, 5 gone`.
STATES: Final[Mapping[str, str]] = {
    Code.SPOT_INTERRUPTION: "draining",
    Code.CAPACITY_INTERRUPTION: "draining",
    Code.SCALE_IN: "draining",
    Code.ROOT_VOLUME_DRAIN: "draining",
    Code.SCHEDULED_CHANGE_DRAIN: "draining",
    Code.REBALANCE_DRAIN: "draining",
    Code.BOTTLEROCKET_UPDATE_DRAIN: "draining",
    Code.HELD_FOR_STRANGER: "held",
    Code.INSTANCE_STOPPING: "stopping",
    Code.REPAIR_BEGINS: "to be replaced",
    Code.REPAIR_DRAIN: "draining",
    Code.DRILL_DRAIN: "draining",
    Code.DRILL_OVER: "back in service",
    Code.DRILL_REFUSED: "not drilled",
    Code.UNHEARD_REPLACED: "going unheard",
    Code.UNJOINED_REPLACED: "replaced",
    Code.REPAIR_OVER: "well again",
    Code.REPAIR_FAILED: "not replaced",
    Code.REPAIR_WOULD: "ill",
    Code.REPAIR_GOES_ON: "over",
    Code.LAUNCHES_FAIL: "launching in vain",
    Code.LAUNCHES_WORK: "launching again",
    Code.DRAIN_WAITS: "waiting to be drained",
    Code.DRAIN_FINISHED: "empty",
    Code.DRAIN_CANCELLED: "set ACTIVE by others",
    Code.DRAIN_STUCK: "stuck",
    Code.DRAIN_FORCED: "forced",
    Code.DRAIN_ROLLED_BACK: "back in service",
    Code.DRAINED_OUTSIDE_GROUP: "empty, unreplaced",
    Code.TASKS_CUT_OFF: "gone with tasks cut off",
    Code.INSTANCE_GONE: "gone",
    Code.INSTANCE_SURVIVED: "serving again",
    Code.INSTANCE_STOPPED: "stopped",
    Code.INSTANCE_LEFT: "gone from the cluster",
    Code.CHANGE_PASSED: "serving on",
    Code.CHANGE_CANCELLED: "called off by AWS",
    Code.GAVE_UP_WAITING: "not drained",
    Code.REBALANCE_RECOMMENDED: "at risk",
    Code.FOREIGN_DRAIN_STUCK: "stuck",
    Code.FOREIGN_DRAIN_ENDED: "not draining any more",
    Code.AGENT_LOST: "unseen",
    Code.AGENT_BACK: "seen again",
    Code.STALE_RECORD: "listed twice",
    Code.STALE_RECORD_GONE: "listed once again",
    Code.REPLACEMENT_MISSING: "launching too few",
    Code.REPLACEMENT_BACK: "complete again",
    Code.NOT_REGISTERED: "not joined",
    Code.REGISTERED: "joined",
    Code.INSTANCE_IMPAIRED: "impaired",
    Code.ITEM_UNREADABLE: "unreadable",
    Code.ITEM_READABLE: "read again",
    Code.LIFECYCLE_HOOK_PUT: "with our hook now",
    Code.GROUP_NOT_TAGGED: "not tagged",
    Code.GROUP_OPERATED: "operated by others",
    Code.GROUP_UNREACHABLE: "out of sight",
    Code.GROUP_REACHABLE: "in sight again",
    Code.WARM_POOL_REUSE: "reusing instances",
    Code.PLACEMENT_FAILURE_LASTS: "short of tasks",
    Code.PLACEMENT_FAILURE_ENDED: "complete again",
    Code.TASK_START_IMPAIRED: "failing to start",
    Code.TASK_START_RECOVERED: "steady again",
    Code.DEPLOYMENT_FAILED: "failed to deploy",
    Code.NOTICES_HELD_BACK: "held back",
    Code.BOTTLEROCKET_TEMPLATE_FOLLOWS: "following",
    Code.BOTTLEROCKET_TEMPLATE_DRIFT: "on another release",
    Code.BOTTLEROCKET_TEMPLATE_SET_BACK: "set back",
    Code.BOTTLEROCKET_NOT_UNDONE: "pinned or staged still",
    Code.BOTTLEROCKET_UNDONE: "as before",
    Code.CAPACITY_ADDED: "growing",
    Code.POOL_ASIDE: "put aside",
    Code.GROUP_SET_BACK: "set back",
    Code.GIVE_BACK: "draining",
    Code.CHEAPER_LAUNCHED: "waiting for a cheaper one",
    Code.CHEAPER_JOINED: "draining",
    Code.GIVE_BACK_DRAIN: "draining",
    Code.GIVE_BACK_LATE: "empty, not gone yet",
    Code.GIVEN_BACK: "gone",
    Code.GIVE_BACK_UNDONE: "serving again",
    Code.GIVE_BACK_DROPPED: "serving on",
    Code.TASK_IMPOSSIBLE: "fitting nowhere",
    Code.NO_CAPACITY: "without capacity",
    Code.HEADROOM_MISSING: "without headroom",
    Code.NO_LAUNCH_FITS: "waiting",
    Code.WAITING_OVER: "waiting no more",
    Code.PROBE_FAILED: "only reported now",
    Code.REBALANCE_GOES_ON: "going on",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """`title` None = the reason itself in words. The sentences are about several; "" = those of one serve as example."""

    title: str | None = None
    thing: str = "incident"  # what one incident is about, unless it is about an instance
    why: str = ""
    impact: str = ""
    next: str = ""
    caution: str = ""  # before a title that names who needs somebody


MOVED = (
    "ECS places nothing new on them; Ballast moves tasks of services as far as their limits and the free room allow."
)
FOLLOWED = "Ballast follows each until it is gone, and tells if one gets stuck."


def _drains(why: str, title: str | None = None) -> Spoken:
    return Spoken(title, why=why, impact=MOVED, next=FOLLOWED)


DOUBTED = Spoken("Not verified", next="See for yourself whether it is so before you act on it.", caution="not verified")

_SPOKEN: Final[Mapping[str, Spoken]] = {
    Reason.LIFECYCLE_HOOK: _drains(
        "Auto Scaling terminates them; our lifecycle hook holds each until it is empty.", "Scale-in"
    ),
    Reason.SPOT_INTERRUPTION: _drains("EC2 takes these Spot Instances back."),
    Reason.CAPACITY_INTERRUPTION: _drains("EC2 takes back the capacity that they run in."),
    Reason.ROOT_VOLUME: _drains("Auto Scaling gives them new root volumes; our hook holds each until it is empty."),
    Reason.SCHEDULED_CHANGE: _drains("AWS has scheduled changes of their hosts."),
    Reason.INSTANCE_STOPPING: Spoken(
        why="EC2 stops or terminates them without a warning that reached Ballast.",
        impact="What still ran there ends with them; Ballast names it once they are gone.",
        next=FOLLOWED,
    ),
    Reason.REBALANCE_RECOMMENDATION: _drains("EC2 sees an elevated risk that these Spot Instances are interrupted."),
    Reason.REPAIR: _drains("They are ill, each by itself, and are replaced.", "Repair"),
    Reason.BOTTLEROCKET_UPDATE: _drains("Ballast updates their Bottlerocket."),
    Reason.DRILL: Spoken("Drill", why="Somebody tries how they drain.", impact=MOVED, next="Each is set ACTIVE again."),
    UNVERIFIED: DOUBTED,
    UNVERIFIABLE: DOUBTED,
    PLACEMENT_FAILURE: Spoken(thing="service"),
    TASK_START_IMPAIRED: Spoken("Tasks fail to start", thing="service"),
    DEPLOYMENT_FAILED: Spoken(thing="service"),
    LIFECYCLE_HOOK_PUT: Spoken("Lifecycle hook", thing="group"),
    BOTTLEROCKET_TEMPLATE: Spoken("Launch templates", thing="group"),
    "group_unreachable": Spoken("Out of sight", thing="group"),
    "replacement_missing": Spoken("Too few instances", thing="group"),
    "not_registered": Spoken("Not joined ECS", thing="group"),
    "launches_fail": Spoken("Launches in vain", thing="group"),
    Reason.REBALANCING: Spoken(
        "Giving back",
        why="Their tasks fit on others that run anyway, or on cheaper ones that are launched first.",
        impact="ECS places nothing new on those that drain and moves their tasks; each counts against the disruption budget.",
        next="Each is terminated once it is empty, or set ACTIVE again.",
    ),
    SCALE_OUT: Spoken(thing="provider"),
    SHORTAGE: Spoken(thing="pool"),
    TASK_IMPOSSIBLE: Spoken("Impossible tasks", thing="service"),
    NO_CAPACITY: Spoken(thing="provider"),
    HEADROOM_MISSING: Spoken(thing="provider"),
    NO_LAUNCH_FITS: Spoken("Waiting tasks", thing="service"),
    PROBE_FAILED: Spoken("Not given back any more", thing="provider"),
    "foreign_drain": Spoken("Drains of others"),
}


def spoken(reason: str) -> Spoken:
    return _SPOKEN.get(reason, Spoken())
