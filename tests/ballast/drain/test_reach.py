"""What the sweep could not ask is told once, after some rounds in a row."""

from __future__ import annotations

from ballast.drain.reach import ROUNDS_UNTIL_TOLD, Reach, plan_reach
from ballast.plans.actions import RecordWatch
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from tests.builders import CLUSTER, NOW, a_cluster, codes

WEB = a_cluster(groups=("web", "batch"))
WELL = Reach(asked=frozenset({"web", "batch"}), cluster="")
NO_WEB = Reach({"web": "AWS refused"}, frozenset({"web", "batch"}), "")


def after_rounds(*rounds: Reach) -> tuple[list[str], list[Watch]]:
    """Codes told in all of them, and the watches that are left."""
    watches: dict[str, Watch] = {}
    told: list[str] = []
    for seen in rounds:
        plans = plan_reach(WEB, list(watches.values()), seen, NOW)
        told += codes(*plans)
        for before, now in changes(plans):
            if before:
                assert watches.pop(before.item) == before
            if now:
                watches[now.item] = now
    return told, list(watches.values())


def changes(plans: tuple[Plan, ...]) -> list[tuple[Watch | None, Watch | None]]:
    return [(a.before, a.after) for plan in plans for a in plan.actions if isinstance(a, RecordWatch)]


def test_a_group_is_told_in_the_third_round_and_never_again() -> None:
    assert after_rounds(*[NO_WEB] * (ROUNDS_UNTIL_TOLD - 1))[0] == []
    assert after_rounds(*[NO_WEB] * 10)[0] == ["GroupUnreachable"]


def test_it_is_closed_when_it_answers_again() -> None:
    assert after_rounds(*[NO_WEB] * 4, WELL, WELL) == (["GroupUnreachable", "GroupReachable"], [])


def test_what_lasts_for_a_round_is_not_told_at_all() -> None:
    assert after_rounds(NO_WEB, WELL, NO_WEB, WELL) == ([], [])


def test_a_group_that_left_the_cluster_is_closed_too() -> None:
    known = Watch(CLUSTER, WatchKind.GROUP_UNREACHABLE, "old", NOW, told=True, rounds=3)

    assert codes(*plan_reach(WEB, [known], WELL, NOW)) == ["GroupReachable"]


def test_a_cluster_that_was_not_asked_stays_as_it_was() -> None:
    silent = Reach(asked=frozenset({"web", "batch"}), cluster="ThrottlingException")
    not_asked = Reach(asked=frozenset({"web", "batch"}), cluster=None)

    told, left = after_rounds(silent, not_asked, silent, not_asked, silent, not_asked)

    assert told == ["ClusterUnreachable"]
    assert [watch.kind for watch in left] == [WatchKind.CLUSTER_UNREACHABLE]
    assert after_rounds(silent, silent, silent, WELL)[0] == ["ClusterUnreachable", "ClusterReachable"]
