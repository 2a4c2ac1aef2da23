"""What holds an instance, and what can a person do about it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Held(Protocol):
    """What holds an instance, and what a person can do about just that (`drain.blockers`)."""

    @property
    def why(self) -> str: ...
    @property
    def remedy(self) -> str: ...


def remedies(why: Sequence[Held]) -> str:
    """The first three; a reader who has done them sees the rest in the next message."""
    return " ".join(list(dict.fromkeys(each.remedy for each in why))[:3])
