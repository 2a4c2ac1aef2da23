"""Columns, paragraphs, times and amounts of a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

GAP, TIED = "  ", "\u00a0"
LEAST = 16  # columns of the last cell, which is wrapped


def rows(table: Sequence[Sequence[str]], width: int) -> list[str]:
    """Columns that are empty in every row but the first are left out; the last one is wrapped."""
    if not table:
        return []
    body = table[1:] or table
    kept = [number for number in range(len(table[0])) if any(row[number] for row in body)]
    cells = [[row[number] for number in kept] for row in table]
    widths = [max(len(row[number]) for row in cells) for number in range(len(kept) - 1)]
    indent = sum(widths) + len(GAP) * (len(widths) + 1)
    found = []
    for row in cells:
        head = GAP + "".join(text.ljust(wide) + GAP for text, wide in zip(row, widths, strict=False))
        tail = _wrapped(row[-1], max(LEAST, width - indent)) or [""]
        found += [f"{head}{tail[0]}".rstrip(), *(f"{' ' * indent}{part}" for part in tail[1:])]
    return found


def paragraph(text: str, width: int, indent: str = "") -> list[str]:
    """The first line behind `indent`, the others below its text."""
    return [
        f"{indent if number == 0 else ' ' * len(indent)}{line}"
        for number, line in enumerate(_wrapped(text, width - len(indent)))
    ]


def _wrapped(text: str, width: int) -> list[str]:
    """A number stays with its unit."""
    bound = re.sub(r"(?<=\d) (?=(?:s|min|h|USD)\b)", TIED, text)
    return [line.replace(TIED, " ") for line in wrap(bound, width, break_long_words=False, break_on_hyphens=False)]


def usd(amount: float) -> str:
    return f"{amount:.3f}"


def money(amount: float, currency: str) -> str:
    return f"{amount:.3f} {currency}"


def clock_of(seconds: float) -> str:
    """Since the beginning, as minutes:seconds, hours:minutes:seconds or days and hours."""
    whole = round(seconds)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    if days:
        return f"{days}d {hours:02}:{minutes:02}"
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def span(minutes: float) -> str:
    for size, word in ((1440.0, "day"), (60.0, "hour")):
        if minutes >= size:
            return f"{minutes / size:.3g} {word}{'' if minutes == size else 's'}"
    return f"{minutes:g} minute{'' if minutes == 1 else 's'}"


def listed(names: Iterable[str], most: int) -> str:
    every = list(names)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")


def many(number: int, word: str) -> str:
    """Such as 1,000 instances."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
