"""How many characters of a bar does each part get? What does not reach a whole one is added to the next."""

from __future__ import annotations

from collections.abc import Iterable


def cells(shares: Iterable[float], width: int) -> list[int]:
    """For each share of the whole bar; together never more than `width`."""
    found, share, at = [], 0.0, 0
    for each in shares:
        share += each
        until = max(at, min(width, round(share * width)))
        found.append(until - at)
        at = until
    return found
