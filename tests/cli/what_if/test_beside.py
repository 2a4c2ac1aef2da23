"""Several policies side by side."""

from __future__ import annotations

import pytest

from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.beside import beside
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import PolicyFile, Question
from tests.cli.what_if.fleets import ON, dumped, small_mixed


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    dump = dumped(small_mixed, **ON)
    off = PolicyFile("off.toml", {"Rebalance": "off", "Repair": "off"})
    policies = [off, PolicyFile("half.toml", {}, {"ballast:budget": "50%"})]
    return [answer(Question(dump, policy)) for policy in policies]


@pytest.mark.parametrize("width", [80, 120])
def test_each_has_a_column_and_only_what_differs_from_nothing_a_row(answers: list[Answer], width: int) -> None:
    said = list(beside(answers, width))
    rows = {line[:27].strip(): line.split()[-2:] for line in said if line.startswith("  ")}

    assert [line for line in said if len(line) > width] == []
    assert rows["instances drained"][0] == "0"
    assert int(rows["instances drained"][1]) > 3
    assert rows["given back"][0] == "0"
    assert "tasks cut off" not in rows
    assert any(line.split() == ["off.toml", "half.toml"] for line in said)


def test_what_each_sets_and_what_nobody_knows_is_told(answers: list[Answer]) -> None:
    said = "\n".join(beside(answers, 120))

    assert "off.toml: Rebalance=off, RebalanceConsolidate=on" in said
    assert "half.toml: Rebalance=on" in said
    assert "ballast:budget=50%" in said
    assert "The load stays as it was in the dump" in said


def test_many_long_names_break_nothing(answers: list[Answer]) -> None:
    several = [*answers, *answers, *answers]

    assert list(beside(several, 80))
