"""What Ballast writes into its ledger of one kind of item, as it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.stage import Stage

OVER = "over"  # the phase of what is no longer in the ledger

type Item = Mapping[str, Any]  # as DynamoDB has it


def watch_items(
    stage: Stage,
    prefix: str,
    told: Callable[[str, Item], Mapping[str, str] | None],
    note: Callable[[str, str, Mapping[str, str]], None],
) -> None:
    """`note` gets the cluster, the instance and what is `told` of it and its item, whenever that changes.

    Once there is no item any more, or none of which anything is told, its phase is OVER.
    """
    ledger = stage.deployment.stack.names.physical("Ledger")
    tables = stage.deployment.front_door.tables
    known: dict[tuple[str, str], Mapping[str, str]] = {}

    def changed(table: str, key: Mapping[str, Any]) -> None:
        name = key.get("item", {}).get("S", "")
        if table != ledger or not name.startswith(prefix):
            return
        cluster, instance = key["cluster"]["S"], name.removeprefix(prefix)
        asked = {"TableName": ledger, "Key": {"cluster": key["cluster"], "item": key["item"]}, "ConsistentRead": True}
        item = tables.handle("GetItem", asked).get("Item")
        before = known.get((cluster, instance))
        now = (told(instance, item) if item else None) or (before and {**before, "phase": OVER})
        if now and now != before:
            known[cluster, instance] = now
            note(cluster, instance, now)

    tables.watchers.append(changed)


def words_of(item: Item, *names: str) -> dict[str, str]:
    return {name: item.get(name, {}).get("S", "") for name in names}
