"""What is asked of a dump: with which policy, what happens, and for how long it is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ballast.value import dataclass
from ballast_cli.dump.records import Dump

NOW_MINUTES = 15.0  # what is ill is replaced after ten, and rebalancing plans every five
EVENT_MINUTES = 45.0
SETTLED_MINUTES = 1.0  # before an event comes, so that hooks are put that are missing
ROLLOUT_DAYS = 14.0  # at most, where nobody says how long
MINUTES_OF_DAY = 1440.0


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """Parameters of the stack and tags of the cluster, in the place of what the dump has of them."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """`kind` as the command writes it, `what`: an instance or a zone."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.what}"


@dataclass(frozen=True, slots=True)
class Question:
    dump: Dump
    policy: PolicyFile | None = None
    event: Happening | None = None
    release: str | None = None
    days: float | None = None

    @property
    def minutes(self) -> float:
        if self.days is not None:
            return self.days * MINUTES_OF_DAY
        if self.release is not None:
            return ROLLOUT_DAYS * MINUTES_OF_DAY
        return EVENT_MINUTES if self.event else NOW_MINUTES
