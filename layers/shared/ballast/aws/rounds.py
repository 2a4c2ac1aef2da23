"""When did drain_instance last see to its clusters? It notes each minute's round, for who hands drains over to it."""

from __future__ import annotations

from datetime import datetime

from ballast.aws.table import Table, value

PARTITION = "#rounds"
ITEM = "drain_instance"


def note_round(table: str, at: datetime) -> None:
    """One write a minute, however many clusters there are."""
    ledger = Table(table)
    item = {"cluster": value(PARTITION), "item": value(ITEM), "at": value(at.isoformat())}
    ledger.write(ledger.put(item))


def last_round(table: str) -> datetime | None:
    """None where nobody has noted one, as after an upgrade."""
    for item in Table(table).query("cluster", PARTITION):
        return datetime.fromisoformat(item["at"]["S"])
    return None
