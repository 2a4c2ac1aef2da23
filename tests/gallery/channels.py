"""publish_notification on a clock of its own, with a table in memory, a mailbox and a Slack channel that one can read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO

from ballast import clock
from ballast.aws.conversation_items import ItemTable
from ballast.aws.dead_letters import DeadLetters
from ballast.facts.task import ServiceCounts
from ballast.publish.conversation import Conversation
from ballast.publish.due import JoinWindow, Rules
from ballast.publish.email import TopicMessage
from ballast.publish.failing_services import ServiceWatch
from ballast.publish.flood import Flood
from ballast.publish.ports import Agenda
from ballast.publish.slack_blocks import Look
from ballast.publish.slack_pace import Pace
from ballast.publish.slack_steps import Edit, Post, Posted, Reply, Settle, Step
from ballast.publish.wording import Pages
from ballast.records.event import Sweep
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.shell.channels import Channels
from ballast.shell.deliver import Delivery
from ballast.shell.digest import Digests
from ballast.shell.gate import Gate
from ballast.shell.publish import PublishRuntime
from ballast.words.notice import Notice

RUNBOOK = "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md"
BATCH = 10
MINUTE = timedelta(minutes=1)
SWEEPS_AFTER = (1, 6, 11)  # minutes


@dataclass
class Memory:
    """What the Conversations table keeps."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    windows: dict[tuple[str, str], JoinWindow] = field(default_factory=dict)
    due: set[str] = field(default_factory=set)
    channel: Pace = field(default_factory=Pace)
    floods: dict[str, Flood] = field(default_factory=dict)

    def take_unread(self) -> tuple[()]:
        return ()

    def joined(self, incidents: Iterable[str]) -> dict[str, str]:
        return {name: self.incidents[name] for name in incidents if name in self.incidents}

    def join(self, incident: str, conversation: str) -> str:
        return self.incidents.setdefault(incident, conversation)

    def window(self, cluster: str, reason: str) -> JoinWindow | None:
        return self.windows.get((cluster, reason))

    def open_window(self, cluster: str, reason: str, window: JoinWindow, replacing: JoinWindow | None) -> JoinWindow:  # noqa: ARG002 - of the protocol
        self.windows[cluster, reason] = window
        return window

    def load(self, conversation: str) -> Conversation | None:
        return self.conversations.get(conversation)

    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None:
        changed = change(self.conversations.get(conversation))
        if changed is not None:
            self.conversations[conversation] = changed
        return changed

    def agenda(self) -> Agenda:
        return Agenda(frozenset(self.due), frozenset(), 0)

    def add_to_agenda(self, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> None:  # noqa: ARG002 - of the protocol
        self.due |= conversations

    def strike_from_agenda(
        self,
        agenda: Agenda,  # noqa: ARG002 - of the protocol
        conversations: AbstractSet[str],
        placements: AbstractSet[tuple[str, str]],  # noqa: ARG002 - of the protocol
    ) -> None:
        self.due -= conversations

    def pace(self) -> Pace:
        return self.channel

    def change_pace(self, change: Callable[[Pace], Pace | None]) -> bool:
        changed = change(self.channel)
        self.channel = changed or self.channel
        return changed is not None

    def watch(self, watch: ServiceFailure) -> ServiceFailure:
        return watch

    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None:  # noqa: ARG002 - of the protocol
        return None

    def rewatch(self, watch: ServiceFailure) -> None: ...
    def unwatch(self, watch: ServiceFailure) -> None: ...

    def change(self, hour: str, change: Callable[[Flood], Flood]) -> Flood:
        self.floods[hour] = change(self.floods.get(hour, Flood(hour)))
        return self.floods[hour]


@dataclass
class Mailbox:
    messages: list[TopicMessage] = field(default_factory=list)

    def publish(self, message: TopicMessage) -> None:
        self.messages.append(message)


@dataclass
class SlackWindow:
    """`parents` as they stand now; `thread`: the replies, in order."""

    can_edit: bool = True
    parents: dict[str, Post | Edit] = field(default_factory=dict)
    thread: list[Reply] = field(default_factory=list)

    def perform(self, step: Step) -> Posted | None:
        match step:
            case Post():
                ts = str(len(self.parents))
                self.parents[ts] = step
                return Posted("C1", ts)
            case Edit(_, ts, _):
                self.parents[ts] = step
            case Reply():
                self.thread.append(step)
            case Settle():
                pass
        return None


class Nothing:
    """No service is asked for, and no cluster registered: notices only."""

    def counts(self, cluster: str, services: Sequence[str]) -> Mapping[str, ServiceCounts]:  # noqa: ARG002 - of the protocol
        return {}

    def clusters(self) -> Mapping[str, object]:
        return {}


class Believing:
    def verifies(self, kind: str, detail: Mapping[str, object]) -> bool:  # noqa: ARG002 - of the protocol
        return True


@dataclass(frozen=True)
class Heard:
    """What people got: mails in order, Slack as it stands at last."""

    mails: tuple[TopicMessage, ...]
    slack: SlackWindow

    def mail(self, code: str) -> TopicMessage:
        """The last that this code stands over; where none does, the last."""
        return next((one for one in reversed(self.mails) if one.attributes["code"] == code), self.mails[-1])


def body(mail: TopicMessage, protocol: str) -> str:
    return str(json.loads(mail.body)[protocol])


def tell(notices: Sequence[Notice]) -> Heard:
    """In the order of their times, ten at a time, with a sweep every minute."""
    ordered = sorted(notices, key=lambda notice: notice.at)
    memory, mailbox, slack = Memory(), Mailbox(), SlackWindow()
    pages = Pages("eu-central-1", RUNBOOK, has_buttons=True)
    delivery = Delivery(memory, mailbox, Rules(), pages, q_developer=False)
    publish = PublishRuntime(
        memory,
        Channels(delivery, slack, "secret"),
        ServiceWatch(memory, Nothing(), MINUTE, ""),
        Nothing(),
        DeadLetters(""),
        Gate(Believing(), memory),
        Digests(ItemTable(""), memory, "off", ""),
    )
    with _time() as at, redirect_stdout(StringIO()):  # metrics are written there
        for batch in _batches(ordered):
            _sweep(publish, memory, at, batch[-1].at)
            publish.handle(batch)
        _sweep(publish, memory, at, at[0] + SWEEPS_AFTER[-1] * MINUTE)
    return Heard(tuple(mailbox.messages), slack)


def _batches(notices: Sequence[Notice]) -> Iterator[list[Notice]]:
    """Ten at most, and none waits more than ten seconds for another."""
    batch: list[Notice] = []
    for notice in notices:
        if batch and (len(batch) == BATCH or notice.at - batch[0].at > timedelta(seconds=BATCH)):
            yield batch
            batch = []
        batch.append(notice)
    if batch:
        yield batch


def _sweep(publish: PublishRuntime, memory: Memory, at: list[datetime], until: datetime) -> None:
    """Not every minute, but whenever something may be due: of a long silence only the beginning."""
    since = at[0]
    for minutes in SWEEPS_AFTER:
        if not memory.due or since + minutes * MINUTE > until:
            break
        at[0] = since + minutes * MINUTE
        publish.handle([Sweep(at[0])])
    at[0] = until


@contextmanager
def _time() -> Iterator[list[datetime]]:
    at = [datetime.min.replace(tzinfo=UTC)]
    before = clock.utc_now
    clock.utc_now = lambda: at[0]
    try:
        yield at
    finally:
        clock.utc_now = before


def plain(step: Post | Edit) -> str:
    """A parent message as a terminal can show it; its header is its text."""
    shown = [text for part in step.message.parts if part.look is not Look.HEADER for text in part.texts]
    buttons = " ".join(f"[ {button.text} ]" for button in step.message.buttons)
    return "\n".join([step.message.text, *(_unlinked(text) for text in shown), *([buttons] if buttons else [])])


def _unlinked(markdown: str) -> str:
    found = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", markdown)
    return found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
