"""What does the ledger write when a record begins, changes or ends? Each change is conditional on what stood there."""

from __future__ import annotations

from ballast.aws.codec import Item, to_item, value
from ballast.aws.table import Change, Table, absent, unchanged
from ballast.records.kept import Kept

COUNT = "#in-flight"  # how many voluntary disruptions of a cluster take budget


def change(table: Table, before: Kept | None, after: Kept | None) -> Change:
    """Replace `before` by `after` (None: nothing there)."""
    condition = unchanged({"revision": value(before.revision)}) if before is not None else absent("revision")
    if after is not None:
        return table.put(item_of(after), condition)
    if before is not None:
        return table.delete(key(before.cluster, before.item), condition)
    raise ValueError("A write is from something or to something.")


def one_more(table: Table, cluster: str, allowed: int) -> Change:
    """In flight; a count that is no number from 0 on allows nothing."""
    return table.update(
        key(cluster, COUNT),
        "SET in_flight = if_not_exists(in_flight, :zero) + :one",
        {":one": value(1), ":zero": value(0), ":most": value(allowed - 1)},
        "attribute_not_exists(in_flight) OR in_flight BETWEEN :zero AND :most",
    )


def one_less(table: Table, cluster: str) -> Change:
    return table.update(
        key(cluster, COUNT), "SET in_flight = in_flight - :one", {":one": value(1)}, "in_flight >= :one"
    )


def item_of(record: Kept) -> Item:
    return to_item(record, cluster=record.cluster, item=record.item)


def key(cluster: str, item: str) -> Item:
    return {"cluster": value(cluster), "item": value(item)}
