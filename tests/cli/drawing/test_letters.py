"""Letters stand for services: their own where they can, each once."""

from __future__ import annotations

from ballast_cli.drawing.letters import NONE_LEFT, letters_of


def test_a_service_gets_the_first_letter_of_its_name_that_is_free() -> None:
    assert letters_of(["cart", "checkout", "c"]) == ["c", "h", "a"]


def test_each_letter_is_given_once_and_then_there_are_none() -> None:
    found = letters_of([f"service-{number}" for number in range(70)])

    assert len(set(found) - {NONE_LEFT}) == 62
    assert found[62:] == [NONE_LEFT] * 8


def test_a_name_without_letters_gets_one_that_is_free() -> None:
    assert letters_of(["<>", "--"]) == ["a", "b"]
