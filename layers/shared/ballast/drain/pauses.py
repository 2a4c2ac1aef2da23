"""People hear once that a cluster is paused, whoever paused it and how, and once that it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption
from ballast.records.watch import Watch, WatchKind
from ballast.words import pauses as say


def plan_pause(
    cluster: Cluster, disruptions: Sequence[Disruption], watches: Sequence[Watch], now: datetime
) -> Iterator[Plan]:
    """One pause at a time: another end, reason or author is another pause."""
    pause = cluster.policy.pause(now)
    known = {w.subject: w for w in watches if w.kind is WatchKind.PAUSED}
    if pause and pause.words not in known:
        watch = Watch(cluster.name, WatchKind.PAUSED, pause.words, now, told=True)
        goes_on = sum(d.forced for d in disruptions)
        set_back = sum(d.takes_budget for d in disruptions)
        told = Tell(say.paused(cluster, watch, pause, now, goes_on=goes_on, set_back=set_back))
        yield Plan("it is paused", (told, RecordWatch(None, watch)))
    for watch in known.values():
        if pause is None or watch.subject != pause.words:
            told = Tell(say.pause_over(cluster, watch, pause, now))
            yield Plan("the pause is over", (told, RecordWatch(watch, None)))
