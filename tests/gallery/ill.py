"""What is said of instances that are ill and of their repair: of the n-th instance or group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ballast.records.disruption import Reason
from ballast.records.repair import Signal
from ballast.records.watch import Watch, WatchKind
from ballast.words import repair as say
from ballast.words.codes import Code
from ballast.words.notice import Notice
from tests.builders import a_container_instance, a_draining_instance, a_task, a_voluntary, after
from tests.gallery.drains import Path, Step, instance_id, of, started
from tests.gallery.watched import CLUSTER, group, later, watch

AGENT = "its ECS agent is disconnected"
REPAIR = a_voluntary(reason=Reason.REPAIR, goes_at=None, signal=Signal.AGENT_LOST)
ORDERED = (a_task("a", desired_status="STOPPED"), a_task("b", desired_status="STOPPED"))


def ill(n: int, **changes: Any) -> Watch:
    own: dict[str, Any] = {"signal": Signal.AGENT_LOST, "why": AGENT, "group": "web"} | changes
    return replace(watch(WatchKind.ILL, n), **own)


def begins(n: int) -> Notice:
    _, drain, now = of(n, REPAIR)
    return say.repair_begins(CLUSTER, drain, replace(ill(n), since=after(-11)), a_container_instance(n), now)


def over(n: int) -> Notice:
    _, drain, now = of(n, REPAIR, 3)
    return say.repair_over(CLUSTER, drain, now)


def unheard(n: int) -> Notice:
    gone = a_draining_instance(agent_connected=False)
    view, drain, now = of(n, REPAIR, 5, tasks=ORDERED)
    return say.unheard_replaced(replace(view, instance=gone), drain, now)


def failed(n: int) -> Notice:
    view, drain, now = of(n, REPAIR, 61)
    return say.repair_failed(
        view, drain, "2 of its 2 tasks fit on no other instance: no instance has 512 MiB left", now
    )


def unjoined(n: int) -> Notice:
    never = ill(n, signal=Signal.NEVER_JOINED, why="it has never joined the cluster")
    return say.unjoined_replaced(CLUSTER, never, later(n, 16))


def would(n: int) -> Notice:
    return say.repair_would(CLUSTER, ill(n), later(n, 11), granted=True)


def a_hold(n: int) -> Watch:
    return watch(WatchKind.REPAIR_HELD, n, "zone=eu-central-1a")


def held(n: int) -> Notice:
    return say.repair_held(CLUSTER, a_hold(n), [instance_id(one) for one in range(7)], later(n, 12))


def in_vain(n: int) -> Watch:
    return replace(watch(WatchKind.LAUNCHES_FAIL, n, group(n)), members=tuple(instance_id(one) for one in range(3)))


def launches_fail(n: int) -> Notice:
    return say.launches_fail(CLUSTER, in_vain(n), "lt-0123456789abcdef0:7", "ami-0123456789abcdef0", later(n, 1))


LAUNCHES_WORK: Step = lambda n: say.launches_work(CLUSTER, in_vain(n), later(n, 40))  # noqa: E731 - beside its siblings

ILL: Mapping[Code, Path] = {
    Code.REPAIR_BEGINS: (begins,),
    Code.REPAIR_DRAIN: (begins, started(REPAIR)),
    Code.UNHEARD_REPLACED: (begins, started(REPAIR), unheard),
    Code.UNJOINED_REPLACED: (unjoined,),
    Code.REPAIR_OVER: (begins, over),
    Code.REPAIR_FAILED: (begins, failed),
    Code.REPAIR_WOULD: (would,),
    Code.LAUNCHES_FAIL: (launches_fail,),
    Code.LAUNCHES_WORK: (launches_fail, LAUNCHES_WORK),
}
# Of a cluster.
HELD: Mapping[Code, Path] = {
    Code.REPAIR_HELD: (held,),
    Code.REPAIR_GOES_ON: (held, lambda n: say.repair_held_over(CLUSTER, a_hold(n), later(n, 70))),
}
