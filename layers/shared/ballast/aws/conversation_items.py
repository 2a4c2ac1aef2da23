"""How are items of the Conversations table read and written, when each has one key and expires?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from ballast import clock
from ballast.aws.session import client
from ballast.aws.table import Item, Table, absent, unchanged, value
from ballast.errors import LostRaceError
from ballast.value import dataclass

KEY = "conversation"
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Every item expires 30 days after its last write."""

    name: str

    @property
    def table(self) -> Table:
        return Table(self.name)

    def get(self, key: str) -> Item | None:
        return client("dynamodb").get_item(TableName=self.name, Key=_key(key), ConsistentRead=True).get("Item")

    def get_many(self, keys: list[str]) -> list[Item]:
        """In DynamoDB's order."""
        return list(self.table.get_many(map(_key, keys)))

    def put(self, key: str, fields: Item) -> None:
        self.table.write(self.table.put(_whole(key, fields)))

    def put_if(self, key: str, fields: Item, read: Item | None) -> bool:
        """Write if what was read of the item still holds, or where that is None, if the item is new."""
        condition = absent(KEY) if read is None else unchanged(read)
        try:
            self.table.write(self.table.put(_whole(key, fields), condition))
        except LostRaceError:
            return False
        return True

    def put_together(self, key: str, fields: Item, read: Item | None, others: Mapping[str, Item]) -> bool:
        """As `put_if`, and the others with it, or nothing. DynamoDB takes 100 items at once."""
        condition = absent(KEY) if read is None else unchanged(read)
        beside = [self.table.put(_whole(name, item)) for name, item in others.items()]
        try:
            self.table.write(self.table.put(_whole(key, fields), condition), *beside)
        except LostRaceError:
            return False
        return True

    def put_first(self, key: str, fields: Item) -> Item:
        """The item that stands afterwards: this one, or the one that was there before."""
        while not self.put_if(key, fields, read=None):
            if standing := self.get(key):
                return standing
        return _whole(key, fields)

    def add_to_sets(self, key: str, sets: dict[str, set[str]]) -> None:
        """Add to string sets, and one to the revision."""
        changes, values = _sets(sets)
        self.table.write(
            self.table.update(_key(key), f"ADD {changes}, revision :one", values | {":one": value(1)}),
        )

    def take_from_sets(self, key: str, sets: dict[str, set[str]], revision: int) -> None:
        """Take out of string sets; nothing happens when the revision has moved on."""
        changes, values = _sets(sets)
        values |= {":revision": value(revision)}
        try:
            self.table.write(self.table.update(_key(key), f"DELETE {changes}", values, "revision = :revision"))
        except LostRaceError:
            return

    def delete(self, key: str) -> None:
        self.table.write(self.table.delete(_key(key)))


def _key(key: str) -> Item:
    return {KEY: value(key)}


def _whole(key: str, fields: Item) -> Item:
    return {**_key(key), **fields, "expires_at": value(int((clock.utc_now() + KEPT).timestamp()))}


def _sets(sets: dict[str, set[str]]) -> tuple[str, dict[str, Item]]:
    """The changes of an update expression, and their values; DynamoDB takes no empty set."""
    filled = {name: members for name, members in sets.items() if members}
    return (
        ", ".join(f"{name} :{name}" for name in filled),
        {f":{name}": {"SS": sorted(members)} for name, members in filled.items()},
    )
