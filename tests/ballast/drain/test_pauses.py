"""A pause is told once, and once that it is over, however it came about."""

from __future__ import annotations

from dataclasses import replace

from ballast.drain.pauses import plan_pause
from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.pause import Pause, read_tag
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Notice
from tests.builders import CLUSTER, NOW, a_brake, a_cluster, a_disruption, a_policy, a_voluntary, acts, after, codes


def paused(brake: Pause | None = None, tag: Pause | None = None) -> Cluster:
    return a_cluster(a_policy(brake=brake, paused=tag))


def look(cluster: Cluster, *watches: Watch, at: float = 0) -> tuple[Plan, ...]:
    return tuple(plan_pause(cluster, (a_disruption(), a_voluntary()), watches, after(at)))


def the_watch(plan: Plan) -> Watch:
    [record] = [a for a in plan.actions if isinstance(a, RecordWatch)]
    assert record.after is not None
    return record.after


def notice(plan: Plan) -> Notice:
    [told] = [a.notice for a in plan.actions if isinstance(a, Tell)]
    return told


def test_a_pause_by_command_is_told_with_what_goes_on_and_how_it_ends() -> None:
    [plan] = look(paused(a_brake()))

    told = notice(plan)
    assert told.code == "Paused"
    assert told.why == "Ballast is paused until 2026-11-23 10:00 UTC by jo: release day."
    assert "1 drain that nothing forces is given up." in told.impact
    assert told.impact.endswith("are drained all the same, and heartbeats go on: 1 drain now.")
    assert told.next == f"It ends by itself then, or with `ballast resume --cluster {CLUSTER}`."
    assert look(paused(a_brake()), the_watch(plan), at=59) == ()


def test_a_pause_by_tag_is_told_with_the_tag() -> None:
    tag = read_tag("incident 4711")
    assert tag is not None

    [plan] = look(a_cluster(a_policy(paused=tag).tag_seen(NOW)))

    assert (
        notice(plan).why
        == "Ballast is paused until 2026-11-23 13:00 UTC by the cluster's tag ballast:paused=incident 4711."
    )
    assert "or once the tag is gone" in notice(plan).next


def test_its_end_is_told_and_closes_it() -> None:
    [plan] = look(paused(a_brake()))
    watch = the_watch(plan)

    [by_time], [by_word] = look(paused(a_brake()), watch, at=60), look(paused(), watch, at=5)

    for over in (by_time, by_word):
        assert acts(over) == (RecordWatch(watch, None),)
        assert codes(over) == ["PauseOver"]
        assert notice(over).closes_incident


def test_another_pause_takes_its_place() -> None:
    [plan] = look(paused(a_brake()))

    first, second = look(paused(a_brake(120)), the_watch(plan), at=5)

    assert codes(first, second) == ["Paused", "PauseOver"]
    assert notice(second).impact == "Nothing voluntary begins yet."


def test_of_two_pauses_the_longer_one_counts() -> None:
    tag = read_tag("2026-11-23T12:00Z")
    cluster = paused(a_brake(), tag)

    assert cluster.policy.pause(after(30)) == tag
    assert cluster.policy.pause(after(180)) is None
    assert replace(cluster.policy, paused=None).pause(after(30)) == a_brake()


def test_a_cluster_that_nobody_paused_has_nothing_to_tell() -> None:
    assert look(paused(), Watch(CLUSTER, WatchKind.AGENT_LOST, "i-1", NOW)) == ()
