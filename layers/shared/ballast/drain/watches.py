"""How is a watch begun, and how is it remembered that it was told?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Notice


def begun(
    cluster: str, watches: Sequence[Watch], kind: WatchKind, present: Collection[str], now: datetime
) -> Iterator[Plan]:
    """One for each subject that is there and not watched yet."""
    for subject in sorted(set(present) - {w.subject for w in watches if w.kind is kind}):
        yield Plan("seen for the first time", (RecordWatch(None, Watch(cluster, kind, subject, now)),))


def told(watch: Watch, notice: Notice) -> Plan:
    return Plan("it has lasted", (Tell(notice), RecordWatch(watch, next_revision(replace(watch, told=True)))))
