"""Is a field of an event what it should be? Each reader answers its value, or raises in words that name both.

KeyError where it is absent, ValueError for the rest; `records.event` makes one sentence of either. Nothing that is long
or deep is written out: the sentence travels with the dead letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from reprlib import Repr
from typing import Any

NAME_MOST = 255
SHOWN_MOST = 60
SENTENCE_MOST = 256
# A later decision adds hours to a time: far from where a datetime ends, and from what AWS could mean.
YEARS = range(2000, 2100)


_SHORT = Repr(maxlevel=2, maxdict=3, maxlist=3, maxstring=SHOWN_MOST, maxlong=SHOWN_MOST, maxother=SHOWN_MOST)


def shown(value: object) -> str:
    """The value as a reader of the sentence sees it, short however long or deep it is."""
    text = _SHORT.repr(value)
    return text if len(text) <= SHOWN_MOST + 2 else f"{text[:SHOWN_MOST]}…"


def sentence(text: str) -> str:
    """One line that any terminal and any attribute of a message takes."""
    printable = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text[: 2 * SENTENCE_MOST])
    return printable if len(printable) <= SENTENCE_MOST else printable[: SENTENCE_MOST - 1] + "…"


def wrong(name: str, value: object, wanted: str) -> ValueError:
    return ValueError(f"{name} is {shown(value)} but must be {wanted}")


def part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside the event."""
    value = of[name]
    if not isinstance(value, Mapping):
        raise wrong(name, value, "an object")
    return value


def items(of: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = of[name]
    if not isinstance(value, list):
        raise wrong(name, value, "a list")
    return value


def text(of: Mapping[str, Any], name: str) -> str:
    """Any text that can be sent on: half a character (a lone surrogate) cannot."""
    return checked_text(name, of[name])


def checked_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise wrong(name, value, "text")
    # What is ASCII has no surrogate, nor has what can be printed; nearly all is either.
    if not (value.isascii() or value.isprintable()) and any("\ud800" <= mark <= "\udfff" for mark in value):
        raise wrong(name, value, "text of whole characters")
    return value


def name_in(of: Mapping[str, Any], name: str, most: int = NAME_MOST) -> str:
    """Text that may be a key or a parameter of a call: printable, not empty, not long. `most` is in bytes, as keys are."""
    value = text(of, name)
    if not value or not value.isprintable():
        raise wrong(name, value, "text that can be printed")
    if (size := len(value.encode())) > most:
        raise ValueError(f"{name} is {shown(value)}, {size} bytes, but must have at most {most}")
    return value


def maybe_name_in(of: Mapping[str, Any], name: str, most: int = NAME_MOST) -> str | None:
    """None where the field is absent or null."""
    return None if of.get(name) is None else name_in(of, name, most)


def flag(of: Mapping[str, Any], name: str) -> bool:
    value = of[name]
    if not isinstance(value, bool):
        raise wrong(name, value, "true or false")
    return value


def whole_number(of: Mapping[str, Any], name: str, most: int) -> int:
    value = of[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise wrong(name, value, f"a whole number from 0 to {most}")
    return value


def moment(of: Mapping[str, Any], name: str) -> datetime:
    """A time in ISO 8601; without an offset it is UTC."""
    value = text(of, name)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise wrong(name, value, "a time such as 2026-11-23T09:00:00Z") from None
    return sane(name, value, found)


def sane(name: str, value: object, found: datetime) -> datetime:
    """The same moment in UTC, if AWS could mean it."""
    if found.year not in YEARS:
        raise wrong(name, value, f"a time of the years {YEARS.start} to {YEARS.stop - 1}")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
