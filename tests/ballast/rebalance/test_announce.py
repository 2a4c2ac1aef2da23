"""The events for programs: as documented, whole numbers, JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from ballast.rebalance.acts import Do, GiveBack, GoOn, Launch
from ballast.rebalance.announce import DONE, PLANNED, done, planned
from ballast.records.rebalancing import Method, Move, MovePhase
from tests.builders import NOW, ROOT, after, load_event

MOVE = Move(
    "prod", "i-0123456789abcdef0", "web-provider", "web", Method.CONSOLIDATE, MovePhase.DRAINING, NOW, after(30), 20,
    receivers=("i-0123456789abcdef1", "i-0123456789abcdef2"), services=("checkout", "shop"), tasks=12, saving_usd_per_hour=0.192,
)  # fmt: skip
LAUNCH = Launch("", "batch", 2, 18, "14 tasks have no room", Method.SCALE_OUT, (), 0.384)


def test_the_samples_are_what_is_sent() -> None:
    [begins] = planned(GiveBack(MOVE, 7, {}), "prod", NOW)
    [launches] = planned(LAUNCH, "prod", NOW)
    ends = done(
        GoOn(replace(MOVE, phase=MovePhase.TERMINATING), Do.FINISH, "it is given back", None), after(11), "given_back"
    )

    for name, event in (
        ("ballast_rebalance_planned", begins),
        ("ballast_rebalance_planned_launch", launches),
        ("ballast_rebalance_done", ends),
    ):
        sample = load_event(name)
        assert (sample["detail-type"], sample["detail"]) == (event.detail_type, event.detail)
        assert sample["source"] == "ballast"
        assert json.loads(json.dumps(event.detail)) == event.detail


def test_a_launch_for_moves_announces_each_of_them() -> None:
    moves = tuple(replace(MOVE, instance_id=f"i-{n}", launched=1) for n in range(2))
    events = planned(replace(LAUNCH, moves=moves, usd_per_hour=None), "prod", NOW, would=True)

    assert [event.detail["act"] for event in events] == ["launch", "give_back", "give_back"]
    assert events[0].detail["microUsdPerHour"] is None
    assert events[0].detail["provider"] is None
    assert all(event.detail["would"] for event in events)
    assert {event.detail_type for event in events} == {PLANNED}


def test_the_end_of_a_move_has_the_id_of_its_beginning_even_where_it_ends_with_another_instance() -> None:
    [begins] = planned(GiveBack(MOVE, 7, {}), "prod", NOW)
    never = GoOn(replace(MOVE, instance_id="i-9"), Do.REPLACE, "it never joined", None, of=MOVE.instance_id)
    ends = done(never, after(15), "never_joined")

    assert ends.detail_type == DONE
    assert (ends.detail["id"], ends.detail["instance"]) == (begins.detail["id"], MOVE.instance_id)
    assert (ends.detail["savedMicroUsdPerHour"], ends.detail["seconds"]) == (0, 900)


def test_each_field_is_documented() -> None:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    names = {
        name
        for event in (*planned(GiveBack(MOVE, 7, {}), "prod", NOW), *planned(LAUNCH, "prod", NOW),
                      done(GoOn(MOVE, Do.UNDO, "x", None), NOW, "undone"))
        for name in event.detail
    }  # fmt: skip
    section = text.partition("## Ballast Rebalance Planned")[2].partition("\n## ")[0]

    assert sorted(name for name in names if f"`{name}`" not in section) == []
