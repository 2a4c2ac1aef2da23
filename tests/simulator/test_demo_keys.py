"""Keys of the demo, and the terminal they come from."""

from __future__ import annotations

import io
import os
import re
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from rich.console import Console

from simulator.demo import show
from simulator.demo.footer import footer
from simulator.demo.keyboard import keyboard
from simulator.demo.live import play_live
from simulator.demo.pace import FASTEST, KEYS, SLOWEST, Pace
from simulator.demo.tally import Tally
from tests.simulator.test_demo import short


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The end where a person types, and the end that a program reads."""
    person, program = os.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def test_space_pauses_plus_and_minus_set_the_speed_and_q_ends() -> None:
    pace = Pace(40)

    pace.press("++-x\x1b ")
    assert (pace.speed, pace.paused, pace.quit) == (80, True, False)
    assert "PAUSED" in pace.words(1)
    pace.press(" q")
    assert (pace.paused, pace.quit) == (False, True)
    assert pace.words(20) == "quiet, so 1600x speed"


def test_the_speed_has_two_ends_and_one_that_was_asked_for_is_kept() -> None:
    slow, fast, asked = Pace(40), Pace(40), Pace(1_000_000)

    slow.press("-" * 99)
    fast.press("=" * 99)
    asked.press("+")

    assert (slow.speed, fast.speed, asked.speed) == (SLOWEST, FASTEST, 1_000_000)


def test_keys_are_read_as_they_are_pressed_and_the_terminal_is_as_before_at_the_end(terminal: tuple[int, int]) -> None:
    person, program = terminal
    before = termios.tcgetattr(program)

    with keyboard(program) as pressed:
        assert pressed is not None
        assert pressed() == ""
        os.write(person, b"+q")
        assert pressed() == "+q"
        assert termios.tcgetattr(program) != before

    assert termios.tcgetattr(program) == before


def test_the_terminal_is_as_before_after_an_exception(terminal: tuple[int, int]) -> None:
    _, program = terminal
    before = termios.tcgetattr(program)

    with pytest.raises(RuntimeError), keyboard(program):
        raise RuntimeError

    assert termios.tcgetattr(program) == before


def test_where_input_is_no_terminal_there_are_no_keys() -> None:
    reader, writer = os.pipe()
    with keyboard(reader) as pressed:
        assert pressed is None
    os.close(reader)
    os.close(writer)


def test_keys_stand_in_the_footer_only_where_there_are_any() -> None:
    with short() as stage:
        assert KEYS in footer(Tally(stage), 120, KEYS)[-1].plain
        assert footer(Tally(stage), 60, KEYS)[-1].plain == KEYS
        assert "quit" not in footer(Tally(stage), 120)[-1].plain


def typed(keys: list[str]) -> Callable[[], AbstractContextManager[Callable[[], str]]]:
    @contextmanager
    def hands() -> Iterator[Callable[[], str]]:
        yield lambda: keys.pop(0) if keys else ""

    return hands


def test_a_pause_stops_the_clock_and_q_ends_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.demo.live.sleep", lambda _: None)
    monkeypatch.setattr("simulator.demo.live.keyboard", typed(["", " ", "", "", "q"]))
    text, pace = io.StringIO(), Pace(1000)
    with short() as stage:
        play_live(
            stage, Tally(stage), Console(file=text, force_terminal=True, width=100, height=30), pace, stopped=bool
        )

        assert 0 < stage.clock.now_s < 110
    assert pace.quit
    shown = re.findall(r"(\d\d:\d\d)\S* of", re.sub(r"\x1b\[[^m]*m", "", text.getvalue()))
    assert len(shown) == 4
    assert len(set(shown)) == 1
    assert "PAUSED" in text.getvalue()
    assert text.getvalue().endswith("\x1b[?25h\x1b[?1049l")  # the cursor, and the screen of before


def test_a_polite_kill_ends_the_demo_with_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    stage = short(lambda stage: stage.at(1, lambda: os.kill(os.getpid(), signal.SIGTERM)), minutes=600)
    before = signal.getsignal(signal.SIGTERM)

    assert show(stage, plain=True, speed=1) == 143
    assert "stopped by SIGTERM" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is before
