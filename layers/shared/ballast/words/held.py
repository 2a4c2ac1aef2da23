"""What holds an instance, and what can a person do about it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Held(Protocol):
    """What holds an instance, and what a person can do about just that (`drain.blockers`)."""

    @property
    def why(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def remedy(self) -> str: ...


def in_short(why: Sequence[Held]) -> str:
    """The first in few words, and how many others there are."""
    causes = list(dict.fromkeys(each.short for each in why))
    if not causes:
        return "its tasks are unread"
    return causes[0] + (f", {len(causes) - 1} more" if len(causes) > 1 else "")


def remedies(why: Sequence[Held]) -> str:
    """The first three; a reader who has done them sees the rest in the next message."""
    return " ".join(list(dict.fromkeys(each.remedy for each in why))[:3])
