"""Which hooks need a heartbeat, by what the ledger knows? So they are beaten even while ECS does not answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.events import Event, InstanceTerminating
from ballast.drain.triggers import OUR_HOOK
from ballast.facts.view import Cluster
from ballast.plans.actions import Record, SendHeartbeat
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Phase

SWEEPS_AHEAD = timedelta(minutes=2)  # one sweep may be lost
COMES_AGAIN = timedelta(minutes=2)  # events come within seconds; this one was not dealt with then
HOLDS_NOTHING = frozenset({Phase.WAITING, Phase.ROLLED_BACK})


def plan_heartbeats(disruptions: Iterable[Disruption], now: datetime) -> list[Plan]:
    """Those whose hook has waited longest come first, since a round may end before all are done.

    One that has ended meanwhile takes no harm: Auto Scaling refuses the heartbeat, and the next look closes it.
    """
    due = [d for d in disruptions if d.phase not in HOLDS_NOTHING and heartbeat_is_due(d, now)]
    return [plan for disruption in sorted(due, key=_waits_since) for plan in _beat(disruption, now)]


def plan_unseen(events: Iterable[Event], clusters: Mapping[str, Cluster], now: datetime) -> list[Plan]:
    """For hooks of ours of which the event comes again: while nobody can look, nothing of them is in the ledger yet.

    A heartbeat is a write, and the event has all that it takes; one too many does no harm.
    """
    groups = {group for cluster in clusters.values() for group in cluster.groups}
    held = [e for e in events if isinstance(e, InstanceTerminating) and e.hook == OUR_HOOK]
    late = [e for e in held if now - e.at >= COMES_AGAIN and (e.group in groups or e.cluster in clusters)]
    return [
        Plan("nobody could look at it yet", (SendHeartbeat(e.group, e.hook, e.instance_id, e.token),)) for e in late
    ]


def heartbeat_is_due(known: Disruption, now: datetime) -> bool:
    """Before half of the hook's timeout is gone, even if the next sweep is lost; never past the drain's deadline.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html
    """
    hook = known.hook
    if hook is None or hook.completed or (known.outcome_at is not None and now >= known.outcome_at):
        return False
    return now + SWEEPS_AHEAD >= hook.waits_since + timedelta(seconds=hook.heartbeat_timeout_s / 2)


def _beat(known: Disruption, now: datetime) -> Iterable[Plan]:
    if known.hook is not None:
        beat = SendHeartbeat(known.hook.group, known.hook.name, known.instance_id, known.hook.token)
        later = next_revision(replace(known, hook=replace(known.hook, waits_since=now)))
        yield Plan("its hook needs a heartbeat", (beat, Record(known, later)))


def _waits_since(disruption: Disruption) -> tuple[datetime, str]:
    assert disruption.hook is not None  # noqa: S101 - heartbeat_is_due says so
    return disruption.hook.waits_since, disruption.instance_id
