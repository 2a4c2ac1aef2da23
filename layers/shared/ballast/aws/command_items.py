"""What commands leave in the ledger's table: pauses and answers, written by who obeys; answers are read by who waits."""

from __future__ import annotations

from ballast import clock
from ballast.aws.codec import from_item, to_item, value
from ballast.aws.table import ALWAYS, Table, absent, unchanged
from ballast.errors import UnreadableItemError
from ballast.records.answer import Answer, Heard, partition
from ballast.records.pause import Pause


def put(table: str, record: Answer | Heard) -> None:
    """The last word counts, so it takes the place of the one before, also of one that nobody can read."""
    ledger = Table(table)
    ledger.write(ledger.put(to_item(record, cluster=record.cluster, item=record.item)))


def put_pause(table: str, before: Pause | None, after: Pause) -> None:
    """Raise LostRaceError where somebody has spoken since `before` was read; of what nobody can read, anything goes."""
    ledger = Table(table)
    condition = absent("said_at")
    if before and before.said_at:
        condition = unchanged({"said_at": value(before.said_at.isoformat())})
    elif before and before.until is None:
        condition = ALWAYS
    ledger.write(ledger.put(to_item(after, cluster=after.cluster, item=after.item), condition))


def answer_to(table: str, command: str) -> Answer | None:
    """None while nobody has answered. What stands there and cannot be read is an answer too: nothing is done twice."""
    for item in Table(table).query("cluster", partition(command)):
        try:
            return from_item(Answer, item)
        except UnreadableItemError as error:
            return Answer(
                command,
                ok=False,
                lines=(f"Its answer cannot be read: {error}.",),
                at=clock.utc_now(),
                expires_at=0,
            )
    return None


def was_heard(table: str, command: str) -> bool:
    """Whether it came in time once."""
    return any(Table(table).query("cluster", Heard.of(command)))
