"""What do we remember of a command that was obeyed or refused? Who said it reads there what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.value import dataclass

KEPT = timedelta(days=2)
AGAIN = "A command with this id came again: it was {} already, so nothing was done."


@dataclass(frozen=True, slots=True)
class Answer:
    """`lines`: sentences that say what changed, or why nothing did; `ok`: whether anything did, or was so already."""

    command: str  # its id
    ok: bool
    lines: tuple[str, ...]
    at: datetime
    expires_at: int  # when DynamoDB may forget it, in seconds since 1970
    event: str | None = None  # that brought the command, so that the same one, delivered twice, is no second command

    item = "answer"  # not a field: a command has one

    @property
    def cluster(self) -> str:
        """Its partition: no cluster of ECS has such a name."""
        return partition(self.command)


@dataclass(frozen=True, slots=True)
class Heard:
    """A command that came in time, so that it goes on when it comes again because something failed."""

    command: str
    at: datetime
    expires_at: int

    item = "heard"

    @property
    def cluster(self) -> str:
        """Beside that of the answer, which is for people."""
        return self.of(self.command)

    @staticmethod
    def of(command: str) -> str:
        """Its partition."""
        return f"{partition(command)}/heard"


def partition(command: str) -> str:
    """Of a command's id."""
    return f"#answer/{command}"


def answer(command: str, lines: tuple[str, ...], at: datetime, *, ok: bool, event: str | None = None) -> Answer:
    """Kept for two days."""
    return Answer(command, ok, lines, at, int((at + KEPT).timestamp()), event)


def heard(command: str, at: datetime) -> Heard:
    """Kept for as long."""
    return Heard(command, at, int((at + KEPT).timestamp()))


def said_again(before: Answer) -> Answer:
    """What stood there stands, and one more line for who has used the id once more."""
    line = AGAIN.format("done" if before.ok else "refused")
    return before if line in before.lines else replace(before, lines=(*before.lines, line))
