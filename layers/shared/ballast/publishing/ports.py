"""What does publishing need from the outside world? Protocols; `aws/` and `channels/` fulfil them, tests fake them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from ballast.aws_failures import FailureWatch, WatchKind
from ballast.errors import BallastError
from ballast.publishing.conversation import Conversation
from ballast.publishing.grouping import Window
from ballast.publishing.mail import TopicMessage
from ballast.publishing.slack_steps import Posted, Step


class SlackRefusedError(BallastError):
    """Slack will never take this message or this token; `code` is Slack's own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused with {code}.")
        self.code = code


class SecretUnreadableError(BallastError):
    """The secret is missing, may not be read, or holds neither a bot token nor a webhook."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the next sweep looks at. `revision` moves with every addition."""

    conversations: frozenset[str]
    placements: frozenset[tuple[str, str]]  # cluster and service
    revision: int


@dataclass(frozen=True, slots=True)
class ServiceCounts:
    """How many tasks of a service run and how many should."""

    running: int
    desired: int


class ConversationStore(Protocol):
    def joined(self, incidents: Iterable[str]) -> dict[str, str]: ...
    def join(self, incident: str, conversation: str) -> str: ...
    def window(self, cluster: str, reason: str) -> Window | None: ...
    def open_window(self, cluster: str, reason: str, window: Window, replacing: Window | None) -> Window: ...
    def load(self, conversation: str) -> Conversation | None: ...
    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None: ...
    def agenda(self) -> Agenda: ...
    def add_to_agenda(self, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> None: ...
    def strike_from_agenda(
        self, agenda: Agenda, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]
    ) -> None: ...
    def watch(self, watch: FailureWatch) -> FailureWatch: ...
    def watched(self, kind: WatchKind, cluster: str, service: str) -> FailureWatch | None: ...
    def rewatch(self, watch: FailureWatch) -> None: ...
    def unwatch(self, watch: FailureWatch) -> None: ...


class Registry(Protocol):
    def clusters(self) -> Mapping[str, object]: ...


class ServiceReader(Protocol):
    def counts(self, cluster: str, services: Sequence[str]) -> Mapping[str, ServiceCounts]: ...


class TopicChannel(Protocol):
    def publish(self, message: TopicMessage) -> None: ...


class SlackChannel(Protocol):
    @property
    def can_edit(self) -> bool: ...
    def perform(self, step: Step) -> Posted | None: ...
