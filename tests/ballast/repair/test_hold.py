"""A common cause is remembered, told once if nobody else tells it, and over only when it has been over for a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ballast.plans.actions import Record, RecordWatch
from ballast.plans.plan import Plan
from ballast.records.repair import Repairs
from ballast.records.watch import Watch, WatchKind
from ballast.repair.hold import plan_held, why_held
from ballast.repair.shared import ALL, Held
from tests.ballast.repair.builders import an_id, an_ill, repairs
from tests.builders import CLUSTER, GROUP, NOW, a_cluster, acts, after, codes

EVERYBODY = Held(ALL, frozenset({an_id(1), an_id(2), an_id(3)}))
ZONE = Held("zone=b", frozenset({an_id(1)}))


def a_hold(subject: str = ALL, minutes: float = 12, **changes: Any) -> Watch:
    own: dict[str, Any] = {"seen_at": NOW, "members": tuple(sorted(EVERYBODY.instance_ids))} | changes
    return Watch(CLUSTER, WatchKind.REPAIR_HELD, subject, after(-minutes), **own)


def plans(
    *causes: Held, watches: Sequence[Watch] = (), known: dict[str, Repairs] | None = None, shifted: Sequence[str] = ()
) -> list[Plan]:
    return list(plan_held(a_cluster(), watches, causes, NOW, repairs=known or {}, shifted=shifted))


def test_it_is_remembered_first() -> None:
    [plan] = plans(EVERYBODY)

    assert acts(plan) == (RecordWatch(None, a_hold(minutes=0)),)
    assert codes(plan) == []


def test_it_is_a_page_once_it_has_lasted_and_nobody_else_has_told_it() -> None:
    [told] = plans(EVERYBODY, watches=[a_hold()])

    assert codes(told) == ["RepairHeld"]
    assert acts(told) == (RecordWatch(a_hold(), a_hold(told=True, revision=1)),)
    assert codes(*plans(EVERYBODY, watches=[a_hold(minutes=11)])) == []
    assert codes(*plans(EVERYBODY, watches=[a_hold(told=True)])) == []


@pytest.mark.parametrize("kind", [WatchKind.AGENTS_LOST, WatchKind.FLEET_LOST])
def test_where_a_page_tells_of_the_same_there_is_no_second_one(kind: WatchKind) -> None:
    page = Watch(CLUSTER, kind, "*", after(-5), told=True)

    assert codes(*plans(EVERYBODY, watches=[a_hold(), page])) == []


def test_of_a_zone_that_one_moves_away_from_nobody_is_told() -> None:
    [began] = plans(ZONE, shifted=["b"])
    [remembered] = acts(began)
    assert isinstance(remembered, RecordWatch)
    assert remembered.after is not None

    assert codes(*plans(ZONE, watches=[a_hold("zone=b", signal=remembered.after.signal)], shifted=["b"])) == []


def test_it_holds_for_ten_minutes_more_and_then_lets_groups_begin_slowly() -> None:
    lately = a_hold(told=True, seen_at=after(-9))
    over = a_hold(told=True, seen_at=after(-10))

    assert plans(watches=[lately]) == []
    [plan] = plans(watches=[over], known={GROUP: repairs()})
    assert codes(plan) == ["RepairGoesOn"]
    assert acts(plan) == (Record(repairs(), repairs(held_at=NOW, revision=1)), RecordWatch(over, None))


def test_while_it_lasts_that_is_noted_now_and_then() -> None:
    [noted] = plans(EVERYBODY, watches=[a_hold(told=True, seen_at=after(-2))])

    assert acts(noted) == (RecordWatch(a_hold(told=True, seen_at=after(-2)), a_hold(told=True, revision=1)),)


def test_an_instance_is_held_by_what_it_shares_now_or_shared_a_short_while_ago() -> None:
    assert why_held(an_ill(1), [ZONE], []) == "held: they share zone b"
    assert why_held(an_ill(2), [ZONE], []) is None
    assert "until this has been over" in (why_held(an_ill(1), [], [a_hold("zone=b")]) or "")
    assert why_held(an_ill(2), [], [a_hold("zone=b")]) is None
    assert "at once" in (why_held(an_ill(2), [], [a_hold()]) or "")
