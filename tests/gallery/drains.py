"""What is said of drains, as it would be said: the steps that lead up to each code, of the n-th instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ballast.drain.blockers import Blocker
from ballast.facts.view import View
from ballast.records.disruption import Disruption, Reason
from ballast.words import called_off, drill
from ballast.words import drain as say
from ballast.words import outcomes as end
from ballast.words.codes import Code
from ballast.words.notice import Notice
from tests.builders import (
    a_cluster,
    a_container_instance,
    a_disruption,
    a_membership,
    a_scale_in,
    a_view,
    a_voluntary,
    after,
)

type Step = Callable[[int], Notice]  # of the n-th
type Path = tuple[Step, ...]

EXPORT = Blocker(
    "standalone task 8f3a (family:export): no service replaces it",
    "Wait until the standalone task ends, or stop it.",
    "a standalone task runs",
)
PROTECTED = Blocker(
    "service:shop: a task is protected until 2026-11-23 12:00 UTC",
    "Wait, or end the scale-in protection of the tasks of service:shop.",
    "a task is protected",
)
CUT = ("service shop, task 5b21", "family export, task 8f3a")


def held(n: int) -> tuple[Blocker, ...]:
    return (EXPORT, PROTECTED) if n % 2 else (PROTECTED,)


def instance_id(n: int) -> str:
    return f"i-0a1b2c3d4e5f{n:05x}"


def of(n: int, d: Disruption, minutes: float = 0, **changes: Any) -> tuple[View, Disruption, Any]:
    """The n-th instance and its drain, each a second later than the one before."""
    later = timedelta(seconds=n)
    instance = a_container_instance(n, instance_id=instance_id(n))
    drain = replace(d, cluster="prod", instance_id=instance_id(n), started_at=d.started_at + later)
    view = a_view(drain, cluster=a_cluster(), instance_id=instance_id(n), instance=instance, **changes)
    return view, drain, after(minutes) + later


SPOT = a_disruption()
CAPACITY = a_disruption(reason=Reason.CAPACITY_INTERRUPTION)
SCALE_IN = a_scale_in()
ROOT_VOLUME = a_scale_in(reason=Reason.ROOT_VOLUME)
RETIREMENT = a_voluntary()
STOPPING = a_disruption(reason=Reason.INSTANCE_STOPPING)
DRILL = a_voluntary(reason=Reason.DRILL, goes_at=None, deadline=after(10))
REBALANCE = a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None)
UPDATE = a_voluntary(reason=Reason.BOTTLEROCKET_UPDATE, goes_at=None)
EMPTY = {"emptied_at": after(3)}


def started(d: Disruption) -> Step:
    return lambda n: say.drain_started(*of(n, d))


def finished(d: Disruption, minutes: float = 3, **changes: Any) -> Step:
    return lambda n: say.drain_finished(*of(n, replace(d, **changes), minutes))


def gone(d: Disruption, minutes: float = 4, **changes: Any) -> Step:
    return lambda n: say.instance_gone(*of(n, replace(d, **(EMPTY | changes)), minutes))


def stuck(d: Disruption, minutes: float = 60) -> Step:
    def step(n: int) -> Notice:
        view, drain, now = of(n, d, minutes)
        return end.drain_stuck(view, drain, held(n), now)

    return step


def forced(n: int) -> Notice:
    view, drain, now = of(n, SCALE_IN, 60)
    return end.drain_forced(view, drain, 1, held(n), now)


def rolled_back(n: int) -> Notice:
    view, drain, now = of(n, REBALANCE, 60)
    return end.drain_rolled_back(view, drain, held(n), now)


def drilled(n: int) -> Notice:
    view, drain, now = of(n, replace(DRILL, emptied_at=after(2)), 2)
    return drill.drill_over(view, drain, now, serves=True)


def not_drilled(n: int) -> Notice:
    view, drain, now = of(n, DRILL)
    return drill.drill_refused(view, drain, "the disruption budget of the cluster is used up: 1 of 1 instance", now)


def waits(n: int) -> Notice:
    view, drain, now = of(n, RETIREMENT)
    return say.drain_waits(view, drain, "the disruption budget of the cluster is used up: 1 of 1 instance", now)


def simple(told: Callable[..., Notice], d: Disruption, minutes: float, **changes: Any) -> Step:
    return lambda n: told(*of(n, replace(d, **changes), minutes))


def outside(n: int) -> Notice:
    return end.drained_outside_group(*of(n, RETIREMENT, 5))


def in_standby(n: int) -> Notice:
    return end.drained_outside_group(*of(n, RETIREMENT, 5, membership=a_membership(lifecycle_state="Standby")))


def for_stranger(n: int) -> Notice:
    return end.held_for_stranger(*of(n, SCALE_IN, stranger="staging"))


DRAINS: Mapping[Code, Path] = {
    Code.SPOT_INTERRUPTION: (started(SPOT),),
    Code.CAPACITY_INTERRUPTION: (started(CAPACITY),),
    Code.SCALE_IN: (started(SCALE_IN),),
    Code.ROOT_VOLUME_DRAIN: (started(ROOT_VOLUME),),
    Code.HELD_FOR_STRANGER: (for_stranger,),
    Code.SCHEDULED_CHANGE_DRAIN: (started(RETIREMENT),),
    Code.INSTANCE_STOPPING: (started(STOPPING),),
    Code.REBALANCE_DRAIN: (started(REBALANCE),),
    Code.BOTTLEROCKET_UPDATE_DRAIN: (started(UPDATE),),
    Code.DRILL_DRAIN: (started(DRILL),),
    Code.DRILL_OVER: (started(DRILL), drilled),
    Code.DRILL_REFUSED: (not_drilled,),
    Code.DRAIN_WAITS: (waits,),
    Code.DRAIN_FINISHED: (started(SPOT), finished(SPOT, 1)),
    Code.DRAIN_CANCELLED: (started(RETIREMENT), simple(called_off.drain_cancelled, RETIREMENT, 5)),
    Code.DRAIN_STUCK: (started(SCALE_IN), stuck(SCALE_IN)),
    Code.DRAIN_FORCED: (started(SCALE_IN), forced),
    Code.DRAIN_ROLLED_BACK: (started(REBALANCE), rolled_back),
    Code.DRAINED_OUTSIDE_GROUP: (started(RETIREMENT), outside),
    Code.TASKS_CUT_OFF: (started(SPOT), simple(end.tasks_cut_off, SPOT, 2, cut_off=CUT)),
    Code.INSTANCE_GONE: (started(SPOT), finished(SPOT, 1), gone(SPOT, 2)),
    Code.INSTANCE_SURVIVED: (started(SPOT), simple(end.instance_survived, SPOT, 20)),
    Code.INSTANCE_STOPPED: (started(SPOT), simple(end.instance_stopped, SPOT, 20, **EMPTY)),
    Code.INSTANCE_LEFT: (started(SPOT), simple(end.instance_left, SPOT, 20, **EMPTY)),
    Code.CHANGE_PASSED: (started(RETIREMENT), simple(called_off.change_passed, RETIREMENT, 14_460)),
    Code.CHANGE_CANCELLED: (started(RETIREMENT), simple(called_off.change_cancelled, RETIREMENT, 90)),
    Code.GAVE_UP_WAITING: (waits, simple(called_off.gave_up_waiting, REBALANCE, 60)),
}
# How the others of a group have fared by then.
ENDED: Mapping[Code, Path] = {
    Code.DRAIN_STUCK: (started(SCALE_IN), finished(SCALE_IN, 3), gone(SCALE_IN, 4)),
    Code.DRAIN_FORCED: (started(SCALE_IN), finished(SCALE_IN, 3), gone(SCALE_IN, 4)),
    Code.TASKS_CUT_OFF: (started(SPOT), finished(SPOT, 1), gone(SPOT, 2)),
}
