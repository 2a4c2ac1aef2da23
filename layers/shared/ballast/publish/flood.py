"""How many notices that nobody vouches for are told in an hour? Whoever sends events could send any number. Pure.

What Ballast has signed is never counted: a storm of a real fleet is grouped, not held back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Final

from ballast.publish.incidents import incident_key
from ballast.value import dataclass
from ballast.words.codes import UNVERIFIED
from ballast.words.notice import Notice, Severity

PAGES_OF_A_CODE: Final = 5
PAGES: Final = 20
NOTICES: Final = 100  # pages among them
COUNTED: Final = 500  # of those held back; beyond that they are many
TOLD_AT: Final = (1, 10, 100, COUNTED)  # held back, each time in the same message
CODES_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Flood:
    """What came in one hour of the clock, as digests: each comes twice at least."""

    hour: str
    admitted: frozenset[str] = frozenset()
    pages: Mapping[str, int] = field(default_factory=dict)  # admitted, by code
    held: frozenset[str] = frozenset()
    codes: tuple[str, ...] = ()  # of the first that were held back

    def lets(self, notice: Notice) -> bool:
        return _digest(notice) in self.admitted

    def holds(self, notice: Notice) -> bool:
        """Whether it is counted among those held back."""
        return _digest(notice) in self.held

    @property
    def at_least(self) -> int:
        """How many were held back, as it is told."""
        return max((number for number in TOLD_AT if number <= len(self.held)), default=0)


def is_doubted(notice: Notice) -> bool:
    return notice.reason == UNVERIFIED


def hour_of(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}"


def after(flood: Flood, notices: Iterable[Notice]) -> Flood:
    """The hour with these, each admitted or held back, once and for all; what is not counted any more changes nothing."""
    for notice in notices:
        digest = _digest(notice)
        if digest in flood.admitted or digest in flood.held:
            continue
        if _has_room(flood, notice):
            pages = Counter(flood.pages)
            pages[notice.code] += notice.severity is Severity.PAGE
            flood = replace(flood, admitted=flood.admitted | {digest}, pages=+pages)
        elif len(flood.held) < COUNTED:
            codes = tuple(dict.fromkeys((*flood.codes, notice.code)))[:CODES_NAMED]
            flood = replace(flood, held=flood.held | {digest}, codes=codes)
    return flood


def _has_room(flood: Flood, notice: Notice) -> bool:
    if len(flood.admitted) >= NOTICES:
        return False
    if notice.severity is not Severity.PAGE:
        return True
    return sum(flood.pages.values()) < PAGES and flood.pages.get(notice.code, 0) < PAGES_OF_A_CODE


def _digest(notice: Notice) -> str:
    """Of all that makes it another one; an id alone could be that of several."""
    return incident_key(repr((notice.incident, notice.code, notice.instance, notice.repeat, notice.severity.value)))
