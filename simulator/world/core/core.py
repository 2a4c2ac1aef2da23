"""What every part of the world shares: time, chance, names, the journal and the event bus."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from simulator.clock import Clock

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"

type Params = Mapping[str, Any]
type Output = dict[str, Any]
type Listener = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, `at_s` seconds after the start."""

    at_s: float
    kind: str
    data: Mapping[str, Any]


class Core:
    """Names and events draw from different generators, so listening to the world does not change it."""

    def __init__(self, clock: Clock, rng: Random) -> None:
        self.clock = clock
        self.rng = rng
        self.journal: list[Fact] = []
        self.messages: dict[str, deque[tuple[float, str]]] = defaultdict(
            lambda: deque(maxlen=100)
        )  # of services, newest first
        self.quiet = False  # what happens is not announced, as if it had been so before the story
        self._listeners: list[Listener] = []
        self._event_ids = Random(rng.getrandbits(64))
        self._last_iso = (-1.0, "")

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    @property
    def heard(self) -> bool:
        """Whether anybody listens; an expensive event need not be built for nobody."""
        return bool(self._listeners)

    def note(self, kind: str, **data: Any) -> None:
        self.journal.append(Fact(self.clock.now_s, kind, data))

    def emit(self, source: str, detail_type: str, resources: list[str] | str | None, detail: Output) -> None:
        """Hand an EventBridge envelope to every listener; its `time` has whole seconds, as AWS's has.

        Without `resources` the key is left out: AWS Health does that.
        """
        if not self._listeners or self.quiet:
            return
        envelope = {
            "version": "0",
            "id": str(UUID(int=self._event_ids.getrandbits(128), version=4)),
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT_ID,
            "time": self.iso(self.clock.now_s)[:19] + "Z",
            "region": REGION,
            **({} if resources is None else {"resources": resources}),
            "detail": detail,
        }
        for listener in self._listeners:
            listener(envelope)

    def moment(self, at_s: float) -> datetime:
        return datetime.fromtimestamp(self.clock.epoch.timestamp() + at_s, UTC)

    def iso(self, at_s: float) -> str:
        """The form ECS uses in event details: milliseconds and a Z."""
        if self._last_iso[0] != at_s:  # many events carry the same moment
            shown = self.moment(at_s).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self._last_iso = (at_s, shown)
        return self._last_iso[1]

    def between(self, bounds: tuple[float, float]) -> float:
        low, high = bounds
        return low + (high - low) * self.rng.random()

    def hex(self, digits: int) -> str:
        return f"{self.rng.getrandbits(digits * 4):0{digits}x}"

    def uuid(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{resource}"
