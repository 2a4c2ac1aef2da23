"""What a person sees of money: the cost beside the bound, in each frame and in the summary."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from simulator.demo.capacity import Money, money_rows
from simulator.demo.live import advance
from simulator.demo.screen import Screen
from simulator.demo.summary import print_summary
from simulator.demo.tally import Tally
from simulator.moves import MOVE
from simulator.scenarios import scenarios
from simulator.stage import Stage
from tests.simulator.test_demo import rendered


@pytest.mark.parametrize("size", [(80, 24), (120, 31), (240, 60)])
def test_a_frame_has_the_money_and_its_bar(size: tuple[int, int]) -> None:
    with Stage(scenarios()["rebalance"], 1) as stage:
        screen = Screen(Tally(stage), pace="")
        advance(stage, screen, 6 * 60, 1)
        lines = rendered(screen, *size)

    at = next(number for number, line in enumerate(lines) if "USD/h" in line)
    head, bar = lines[at], lines[at + 1]
    assert at < 4
    assert re.search(r"USD/h for 1[34] instances · no plan is below 0\.", head)
    assert bar.startswith("█")
    assert "▓" in bar
    assert max(map(len, lines)) <= size[0]


def test_the_bar_is_what_is_needed_what_is_paid_and_what_was_paid() -> None:
    (head, bar) = money_rows(Money(0, before=2.0, now=1.0, bound=0.5, instances=6, waiting=3), 80)

    assert bar.plain == "█" * 20 + "▓" * 20 + "░" * 40
    assert head.plain.endswith("no plan is below 0.50 · 3 tasks wait for room")
    assert money_rows(Money(0, 1.0, 1.0, 2.0, 6, 0), 10)[1].plain == "█" * 10


def test_moves_and_sizes_are_told_and_the_summary_has_the_capacity() -> None:
    with Stage(scenarios()["headroom"], 1) as stage:
        tally = Tally(stage)
        screen = Screen(tally, pace="")
        stage.clock.run_until(1)
        stage.world.note(MOVE, instance=stage.instances("web")[0], phase="draining", method="consolidate")
        stage.world.run_short(zone="us-east-1a", market="spot")
        advance(stage, screen, 60, 1)
        console = Console(file=io.StringIO(), width=120)
        print_summary(console, tally, screen.story, cut_short="")
        text = console.file.getvalue()  # type: ignore[attr-defined] # a StringIO

    assert "back (consolidate)" in text
    assert "no capacity in us-east-1a: every type, spot" in text
    assert "no plan is below" in text
