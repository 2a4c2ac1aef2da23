"""What every action says of itself: its place in the order, whether it changes anything, and its line for humans."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import IntEnum
from typing import ClassVar


class Place(IntEnum):
    """The order over all plans of a round. Actions of one place follow each other as their performers are listed.

    A function that dies half-way leaves the ledger at the step before, so the next event does the rest.
    """

    CLAIM = 1
    ACT = 2
    TELL = 3
    RECORD = 4


class Action(ABC):
    """A plain value, so that plans can be compared, logged or skipped; every action may be carried out twice."""

    __slots__ = ()

    place: ClassVar[Place] = Place.ACT
    writes: ClassVar[bool] = True  # dry run leaves it out; False: it only tells, or remembers what was told

    @property
    @abstractmethod
    def line(self) -> str | None:
        """How it reads in a notice or a log; None for what happens in Ballast's own books."""
