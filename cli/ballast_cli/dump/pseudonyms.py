"""Another name for each, which has the place of the first in the order of its kind: who sorts them finds the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

type Names = Mapping[str, str]


def numbered(names: Iterable[str], prefix: str) -> dict[str, str]:
    """Such as service-007."""
    every = sorted(set(names))
    digits = len(str(len(every)))
    return {name: f"{prefix}-{number:0{digits}}" for number, name in enumerate(every, start=1)}


def hexadecimal(names: Iterable[str], prefix: str = "", digits: int = 17) -> dict[str, str]:
    """Such as i-00000000000000007."""
    return {name: f"{prefix}{number:0{digits}x}" for number, name in enumerate(sorted(set(names)), start=1)}
