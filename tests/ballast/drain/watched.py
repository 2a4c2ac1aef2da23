"""What is watched in a round of a cluster: drains of others, lost agents."""

from __future__ import annotations

from typing import Any

from ballast.drain.others import Round, plan_watches
from ballast.facts.view import View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Notice
from tests.builders import (
    INSTANCE_ID,
    a_cluster,
    a_watch,
    after,
)

AGENT = a_watch(kind=WatchKind.AGENT_LOST)


def look(
    *watches: Watch,
    foreign: tuple[View, ...] = (),
    lost: tuple[View, ...] = (),
    at: float = 0,
    connected: bool | None = None,
    **cluster: Any,
) -> tuple[Plan, ...]:
    """`connected`: what ECS says of the agent of the instance, where it lists that."""
    listed = {} if connected is None else {INSTANCE_ID: connected}
    return plan_watches(Round(a_cluster(**cluster), foreign, lost, watches, connected=listed), after(at))


def told(watch: Watch) -> Watch:
    return a_watch(kind=watch.kind, subject=watch.subject, told=True, revision=watch.revision + 1)


def the_notice(*plans: Plan) -> Notice:
    [notice] = [a.notice for plan in plans for a in plan.actions if isinstance(a, Tell)]
    return notice
