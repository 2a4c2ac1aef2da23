"""Each row of the table of dynamics does something, and the same seed draws and does the same."""

from __future__ import annotations

import pytest

from simulator.chaos.draw import ACT, Dynamic, drawn_by
from simulator.chaos.dynamics import DYNAMICS
from simulator.chaos.world import chaos_scenario
from simulator.stage import Stage
from simulator.world.core.core import Fact

SET_UP_ONLY = {"hooks of others", "placement constraints", "dry run"}  # they change how the world is built


def journal_of(dynamic: Dynamic, seed: int) -> list[Fact]:
    """Of an hour of trouble in which Ballast hears nothing."""
    with Stage(chaos_scenario(seed, [dynamic]), seed) as stage:
        stage.deployment.bus.open = False
        stage.play(62)
        return stage.world.journal


def acts(journal: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.data["act"], fact.data["on"]) for fact in journal if fact.kind == ACT]


@pytest.mark.parametrize("dynamic", [d for d in DYNAMICS if d.name not in SET_UP_ONLY], ids=lambda d: d.name)
def test_a_dynamic_happens(dynamic: Dynamic) -> None:
    assert any(acts(journal_of(dynamic, seed)) for seed in range(3))


@pytest.mark.parametrize("name", sorted(SET_UP_ONLY))
def test_what_only_builds_the_world_can_be_played(name: str) -> None:
    [dynamic] = [d for d in DYNAMICS if d.name == name]

    assert journal_of(dynamic, 1)


def test_the_same_seed_does_the_same() -> None:
    every = list(DYNAMICS)
    runs = []
    for _ in range(2):
        with Stage(chaos_scenario(7, every), 7) as stage:
            stage.deployment.bus.open = False
            stage.play(30)
            runs.append([(fact.at_s, fact.kind, str(fact.data)) for fact in stage.world.journal])

    assert runs[0] == runs[1]


def test_another_row_changes_nothing_in_what_a_row_draws() -> None:
    some = [d for d in DYNAMICS if d.name in ("standby", "detached")]
    of_both = {d.name for d in drawn_by(DYNAMICS, 11, everything=True)} & {"standby", "detached"}

    assert {d.name for d in drawn_by(some, 11, everything=True)} == of_both


def test_seeds_draw_each_dynamic_about_as_often_as_it_says() -> None:
    for dynamic in DYNAMICS:
        drawn = sum(bool(drawn_by([dynamic], seed, everything=True)) for seed in range(500))

        assert dynamic.chance * 500 / 2 < drawn < dynamic.chance * 500 * 2


def test_what_is_switched_off_says_why_and_is_drawn_only_when_all_is_asked_for() -> None:
    off = Dynamic("off", 1.0, lambda _: None, off="for a reason")

    assert drawn_by([off], 1) == []
    assert drawn_by([off], 1, everything=True) == [off]
