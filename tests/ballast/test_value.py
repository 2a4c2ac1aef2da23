"""A value of ours behaves as a frozen dataclass with slots, whatever it costs to make its class."""

from __future__ import annotations

import pickle
from dataclasses import dataclass as standard
from dataclasses import field, replace
from typing import Any

import pytest

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    name: str
    count: int = 0


@standard(frozen=True, slots=True)
class Theirs:
    name: str
    count: int = 0


def test_it_shows_compares_and_hashes_as_the_standard_one() -> None:
    assert repr(Ours("a", 1)) == repr(Theirs("a", 1)).replace("Theirs", "Ours")
    assert Ours("a") == Ours("a", 0)
    assert Ours("a") != Ours("b")
    assert len({Ours("a"), Ours("a"), Ours("a", 1)}) == 2
    assert Ours("a").__eq__(Theirs("a")) is NotImplemented


def test_nothing_of_it_can_be_changed_or_deleted() -> None:
    one = Ours("a")
    with pytest.raises(AttributeError, match=r"Ours\.name cannot be changed"):
        one.name = "b"  # type: ignore[misc] # what is tried
    with pytest.raises(AttributeError, match=r"Ours\.name cannot be deleted"):
        del one.name
    assert one == Ours("a")


def test_it_is_replaced_matched_and_pickled() -> None:
    assert replace(Ours("a"), count=2) == Ours("a", 2)
    assert pickle.loads(pickle.dumps(Ours("a", 2))) == Ours("a", 2)  # noqa: S301 - our own bytes
    match Ours("a", 3):
        case Ours(name, count):
            assert (name, count) == ("a", 3)


def test_another_kind_of_dataclass_is_refused() -> None:
    with pytest.raises(TypeError, match="frozen=True, slots=True"):

        @dataclass(frozen=True)
        class _Open:
            name: str


@dataclass(frozen=True, slots=True)
class Many:
    name: str
    self_made: dict[str, int] = field(default_factory=dict)
    tags: frozenset[str] = frozenset({"a"})


def test_what_is_not_said_is_its_default_and_each_value_has_a_made_one_of_its_own() -> None:
    assert Many("a") == Many("a", {}, frozenset({"a"}))
    assert Many("a").self_made is not Many("a").self_made
    assert Many("a", tags=frozenset()).tags == frozenset()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({}, "Many.__init__.. missing 1 required positional argument: 'name'"), ({"name": "a", "nane": 1}, "'nane'")],
)
def test_a_wrong_argument_is_named_by_the_first_value_and_by_a_later_one(given: dict[str, Any], sentence: str) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=sentence):
            Many(**given)
