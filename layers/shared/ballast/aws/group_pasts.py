"""Amazon EC2 Auto Scaling: what has happened to a group? Two calls a group, of which those wait their turn that stand still.

A change of size, a failed launch and a refresh show in the group itself: its sizes, or its instances and their states. While
these are the same, what was told of it holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from ballast.aws.kept import kept
from ballast.aws.scaling_activities import History, history
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

ENDED = frozenset({"Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"})  # refreshes
TURNS = 6  # looks in which each of the groups that stand still is asked once
SURE_AFTER = timedelta(minutes=4)  # that its activities tell why it came to stand so: they may be told late
KEPT_FOR = timedelta(minutes=45)

type Known = dict[str, Answer]


@dataclass(frozen=True, slots=True)
class Past:
    """`refreshing`: an instance refresh runs."""

    history: History
    refreshing: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was told of a group, when, and since when it stands as it did then."""

    past: Past
    stands: tuple[Any, ...]
    since: datetime
    at: datetime


def pasts_of(described: Sequence[RawGroup], now: datetime, *, anew: bool = False) -> Mapping[str, Past]:
    """By group, of those that could be asked. `anew`: all are asked, as something is about to be done to them."""
    memory = cast("Known", kept("pasts of groups"))
    waiting = [] if anew else [raw for raw in described if _may_wait(raw, memory, now)]
    waiting.sort(key=lambda raw: memory[raw["AutoScalingGroupName"]].at)
    later = {raw["AutoScalingGroupName"] for raw in waiting[math.ceil(len(waiting) / TURNS) :]}
    found = {}
    for raw in described:
        name = raw["AutoScalingGroupName"]
        if name in later:
            found[name] = memory[name].past
            continue
        before = memory.pop(name, None)
        try:
            found[name] = past = Past(history(name), _refreshes(name))
        except CallFailedError as error:
            logger.warning("cannot ask what has happened to the group", group=name, why=str(error))
            continue
        stands = _stands(raw)
        since = before.since if before and before.stands == stands else now
        memory[name] = Answer(past, stands, since, now)
    return found


def _may_wait(raw: RawGroup, memory: Known, now: datetime) -> bool:
    known = memory.get(raw["AutoScalingGroupName"])
    if known is None or known.past.refreshing or known.at - known.since < SURE_AFTER or now - known.at >= KEPT_FOR:
        return False
    still = all(each["LifecycleState"] == "InService" for each in raw["Instances"])
    return still and len(raw["Instances"]) == raw["DesiredCapacity"] and known.stands == _stands(raw)


def _stands(raw: RawGroup) -> tuple[Any, ...]:
    states = frozenset((each["InstanceId"], each["LifecycleState"]) for each in raw["Instances"])
    return raw["MinSize"], raw["MaxSize"], raw["DesiredCapacity"], states


def _refreshes(group: str) -> bool:
    raw = client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=group, MaxRecords=1)
    return any(each["Status"] not in ENDED for each in raw["InstanceRefreshes"])
