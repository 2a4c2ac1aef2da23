"""How a watch is begun, and how it is remembered that it was told."""

from __future__ import annotations

from dataclasses import replace

from ballast.drain.watches import begun, told
from ballast.plans.actions import RecordWatch, Tell
from ballast.records.watch import Watch, WatchKind
from tests.builders import CLUSTER, NOW, a_watch
from tests.notification_builders import a_notice

DRAIN, AGENT = WatchKind.FOREIGN_DRAIN, WatchKind.AGENT_LOST


def test_each_subject_that_is_not_watched_yet_is_watched_from_now_on() -> None:
    known = (Watch(CLUSTER, DRAIN, "i-1", NOW), Watch(CLUSTER, AGENT, "i-2", NOW))

    plans = list(begun(CLUSTER, known, DRAIN, ["i-3", "i-2", "i-1"], NOW))

    assert [plan.actions for plan in plans] == [
        (RecordWatch(None, Watch(CLUSTER, DRAIN, subject, NOW)),) for subject in ("i-2", "i-3")
    ]


def test_what_was_told_is_remembered_with_the_next_revision_after_it_is_told() -> None:
    watch = a_watch(revision=4)

    assert told(watch, a_notice()).actions == (
        Tell(a_notice()),
        RecordWatch(watch, replace(watch, told=True, revision=5)),
    )
