"""What does publishing need from the outside world? Protocols; `aws/` and `slack/` fulfil them, tests fake them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ballast.facts.task import ServiceCounts
from ballast.publish.conversation import Conversation
from ballast.publish.due import JoinWindow
from ballast.publish.email import TopicMessage
from ballast.publish.flood import Flood
from ballast.publish.slack_pace import Pace
from ballast.publish.slack_steps import Posted, Step
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.records.kept import Unread


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the next sweep looks at. `revision` moves with every addition."""

    conversations: frozenset[str]
    placements: frozenset[tuple[str, str]]  # cluster and service
    revision: int


class ConversationStore(Protocol):
    def take_unread(self) -> Sequence[Unread]: ...
    def joined(self, incidents: Iterable[str]) -> dict[str, str]: ...
    def join(self, incident: str, conversation: str) -> str: ...
    def window(self, cluster: str, reason: str) -> JoinWindow | None: ...
    def open_window(
        self, cluster: str, reason: str, window: JoinWindow, replacing: JoinWindow | None
    ) -> JoinWindow: ...
    def load(self, conversation: str) -> Conversation | None: ...
    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None: ...
    def agenda(self) -> Agenda: ...
    def add_to_agenda(self, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> None: ...
    def strike_from_agenda(
        self, agenda: Agenda, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]
    ) -> None: ...
    def pace(self) -> Pace: ...
    def change_pace(self, change: Callable[[Pace], Pace | None]) -> bool: ...
    def watch(self, watch: ServiceFailure) -> ServiceFailure: ...
    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None: ...
    def rewatch(self, watch: ServiceFailure) -> None: ...
    def unwatch(self, watch: ServiceFailure) -> None: ...


class Registry(Protocol):
    def clusters(self) -> Mapping[str, object]: ...


class Verifier(Protocol):
    def verifies(self, kind: str, detail: Mapping[str, object]) -> bool | None: ...


class FloodStore(Protocol):
    def change(self, hour: str, change: Callable[[Flood], Flood]) -> Flood: ...


class ServiceReader(Protocol):
    def counts(self, cluster: str, services: Sequence[str]) -> Mapping[str, ServiceCounts]: ...


class TopicChannel(Protocol):
    def publish(self, message: TopicMessage) -> None: ...


class WakeUps(Protocol):
    def send(self, delay_s: int, at: datetime) -> None: ...


class SlackChannel(Protocol):
    @property
    def can_edit(self) -> bool: ...
    def perform(self, step: Step) -> Posted | None: ...
