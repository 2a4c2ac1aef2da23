"""What happened on the way between AWS and Ballast, for invariants, results and the demo. Times: virtual seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

HOSTILE = "chaos-hostile-"  # how the ids of an attacker's events begin


@dataclass(frozen=True, slots=True)
class BusEvent:
    """An event as it was put on the bus."""

    at_s: float
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LostEvent:
    at_s: float
    event: Mapping[str, Any]
    rule: str


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt of an AWS call; `outcome` is "ok" or the error code."""

    at_s: float
    function: str | None
    invocation: str | None
    service: str
    operation: str
    outcome: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`queue` is the logical id of the dead-letter queue; attributes are the message's, as text."""

    at_s: float
    queue: str
    body: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Publication:
    """A message published to an SNS topic."""

    at_s: float
    topic_arn: str
    subject: str | None
    message: str
    attributes: Mapping[str, str]
    message_structure: str | None


class Outcome(StrEnum):
    RUNNING = "running"
    OK = "ok"
    ERROR = "error"
    TIMED_OUT = "timed out"
    KILLED = "killed"


@dataclass(slots=True)
class Invocation:
    """One run of a handler over one batch."""

    id: str
    function: str
    started_s: float
    records: int
    cold: bool
    ended_s: float | None = None
    outcome: Outcome = Outcome.RUNNING
    error: str | None = None  # the traceback of an unhandled exception
