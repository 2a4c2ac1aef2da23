"""When did drain_instance last see to its clusters? It notes each minute's round, for who hands drains over to it."""

from __future__ import annotations

from datetime import datetime

from ballast.aws.codec import from_item, value
from ballast.aws.table import Table
from ballast.errors import UnreadableItemError
from ballast.telemetry import logger
from ballast.value import dataclass

PARTITION = "#rounds"
ITEM = "drain_instance"


@dataclass(frozen=True, slots=True)
class Noted:
    at: datetime


def note_round(table: str, at: datetime) -> None:
    """One write a minute, however many clusters there are."""
    ledger = Table(table)
    item = {"cluster": value(PARTITION), "item": value(ITEM), "at": value(at.isoformat())}
    ledger.write(ledger.put(item))


def last_round(table: str) -> datetime | None:
    """None where nobody has noted one that can be read, as after an upgrade."""
    for item in Table(table).query("cluster", PARTITION):
        try:
            return from_item(Noted, item).at
        except UnreadableItemError as error:  # the next minute writes another
            logger.warning("skipped an item of the ledger", cluster=PARTITION, item=ITEM, why=str(error))
    return None
