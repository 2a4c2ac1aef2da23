"""How much of a notice is kept? What fits into every channel, whatever was sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.words.notice import Link
from ballast.words.shortened import MOST_LINKS, SENTENCE, cut, one_line, shortened, spelled
from tests.notification_builders import a_notice


@pytest.mark.parametrize(
    ("text", "mark", "left"),
    [("abcdef", "…", "abcdef"), ("abcdefg", "…", "abcde…"), ("abcdefg", "...", "abc...")],
)
def test_what_is_cut_has_at_most_six_characters_with_its_mark(text: str, mark: str, left: str) -> None:
    assert cut(text, 6, mark) == left


def test_a_long_notice_keeps_what_fits_and_says_how_many_lines_of_its_plan_it_leaves_out() -> None:
    long = replace(a_notice(what="x" * 2_000, plan=tuple(f"line {n}" for n in range(13))), why="a\x00b\n\n c ")

    kept = shortened(long)

    assert (len(kept.what), kept.what[-1]) == (SENTENCE, "…")
    assert kept.plan[-2:] == ("line 9", "+3 more")
    assert kept.why == "a b\nc"


def test_a_link_that_is_too_long_is_left_out_as_half_of_it_leads_nowhere() -> None:
    links = (Link("x", "https://x.example/" + "x" * 400), *(Link("y", "https://y.example/") for _ in range(9)))

    kept = shortened(replace(a_notice(), links=links))

    assert [link.text for link in kept.links] == ["y"] * MOST_LINKS


def test_a_name_becomes_words_and_a_text_one_line() -> None:
    assert [spelled("DrainStarted"), spelled("drain_started"), spelled("ECS")] == ["Drain started"] * 2 + ["Ecs"]
    assert one_line(" a\n b ") == "a b"
