"""What may stand where something else was expected, and a valid value of which some parts have become that."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**12, 10**300, float("inf"), float("nan"), 1e999, 0.5, "", " ", "x" * 3000, "7", "9" * 30,
    "true", "null", "\x00", "a\nb\x1b[2J", "\ud800", "\u202eevil", "<!channel>", "$(reboot); x", "`id`", "1.64.0", "v1.64.0+abc",
    "2026-11-23T09:00:00", "2026-11-23T09:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1e999",
    "arn:aws:ecs:us-east-1:1:cluster/x", "i-0123456789abcdef0", "drain#i-1", [], [None], ["x"] * 50, {}, {"a": {"b": 1}},
)  # fmt: skip

anything = st.recursive(
    st.sampled_from(NASTY) | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
texts = st.sampled_from([each for each in NASTY if isinstance(each, str)]) | st.text(max_size=40)


@st.composite
def spoilt(draw: st.DrawFn, sound: Any) -> Any:
    """One to four of its parts are something else, are gone, or stand in another's place."""
    value = deepcopy(sound)
    for _ in range(draw(st.integers(1, 4))):
        inner, last = value, None
        while parts := _parts(inner):  # what is high up is as likely as all that is below it
            last = draw(st.sampled_from(parts))
            if not _parts(inner[last]) or draw(st.booleans()):
                break
            inner = inner[last]
        if last is None:
            return value
        match draw(st.integers(0, 5)):
            case 0 if isinstance(inner, dict):
                del inner[last]
            case 1:
                inner[last] = deepcopy(inner[draw(st.sampled_from(_parts(inner)))])
            case 2 if isinstance(inner[last], str):
                inner[last] = _cut_in(inner[last], draw(texts), draw(st.integers(0, 40)))
            case _:
                inner[last] = deepcopy(draw(anything))  # what is drawn may be one of NASTY itself
    return value


def outcome[T](read: Callable[[], T], *errors: type[Exception]) -> tuple[T | None, str]:
    """What it answers, or the sentence of its error; any other exception is a finding."""
    try:
        return read(), ""
    except errors as error:
        return None, str(error)


def _parts(value: Any) -> list[Any]:
    """The keys of an object or a list."""
    return list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []


def _cut_in(text: str, more: str, at: int) -> str:
    return text[:at] + more + text[at:]
