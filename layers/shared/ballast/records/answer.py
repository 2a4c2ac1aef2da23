"""What do we remember of a command that was obeyed or refused? Who said it reads there what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.value import dataclass

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """`lines`: sentences that say what changed, or why nothing did; `ok`: whether anything did, or was so already."""

    command: str  # its id
    ok: bool
    lines: tuple[str, ...]
    at: datetime
    expires_at: int  # when DynamoDB may forget it, in seconds since 1970

    item = "answer"  # not a field: a command has one

    @property
    def cluster(self) -> str:
        """Its partition: no cluster of ECS has such a name."""
        return partition(self.command)


def partition(command: str) -> str:
    """Of a command's id."""
    return f"#answer/{command}"


def answer(command: str, lines: tuple[str, ...], at: datetime, *, ok: bool) -> Answer:
    """Kept for two days."""
    return Answer(command, ok, lines, at, int((at + KEPT).timestamp()))
