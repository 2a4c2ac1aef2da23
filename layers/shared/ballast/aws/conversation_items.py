"""How are items of the Conversations table read and written, when each has one key and expires?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from ballast import clock
from ballast.aws.codec import UNREADABLE, Item, unreadable, value
from ballast.aws.session import client
from ballast.aws.table import Table, absent, as_read, unchanged
from ballast.errors import BallastError, CallFailedError, LostRaceError, UnexpectedEventError, UnreadableItemError
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.records.kept import Unread

KEY = "conversation"
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Every item expires 30 days after its last write."""

    name: str
    unread: dict[str, Unread] = field(default_factory=dict)  # by key: what nobody could read, and is not told of yet

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

    def put_over(self, key: str, fields: Item, spoilt: Item, others: Mapping[str, Item] | None = None) -> bool:
        """In the place of what nobody can read, if that is still there."""
        beside = [self.table.put(_whole(name, item)) for name, item in (others or {}).items()]
        try:
            self.table.write(self.table.put(_whole(key, fields), as_read(spoilt, fields)), *beside)
        except LostRaceError:
            return False
        return True

    def put_first(self, key: str, fields: Item) -> Item:
        """The item that stands afterwards: this one, or the one that was there before."""
        while not self.put_if(key, fields, read=None):
            if standing := self.get(key):
                return standing
        return _whole(key, fields)

    def readable[T](self, key: str, read: Callable[[Item], T]) -> T | None:
        item = self.get(key)
        return self.read(key, item, read) if item else None

    def read[T](self, key: str, item: Item, read: Callable[[Item], T]) -> T | None:
        """None of an item that nobody can read: it is told of, and gives way to what is written next."""
        try:
            return read(item)
        except (UnreadableItemError, UnexpectedEventError, *UNREADABLE) as error:
            self._skip(key, str(error if isinstance(error, BallastError) else unreadable(error)))
            return None

    def _skip(self, key: str, why: str) -> None:
        logger.error("skipped a stored item", key=key, why=why)
        from ballast.records.kept import Unread  # noqa: PLC0415 - seldom, if ever

        self.unread[key] = Unread("Conversations", key, why)

    def first[T](self, key: str, fields: Item, read: Callable[[Item], T]) -> T:
        """What stands afterwards: this, or what was there before if it can be read."""
        while True:
            standing = self.put_first(key, fields)
            found = self.read(key, standing, read)
            if found is not None:
                return found
            self.put_over(key, fields, standing)

    def add_to_sets(self, key: str, sets: dict[str, set[str]]) -> None:
        """Add to string sets, and one to the revision."""
        changes, values = _sets(sets)
        self._change(key, sets, f"ADD {changes}, revision :one", values | {":one": value(1)})

    def add_kept(self, key: str, sets: dict[str, set[str]]) -> None:
        """Add to string sets of an item that expires as all others do."""
        changes, values = _sets(sets)
        expires = {":expires_at": _whole(key, {})["expires_at"]}
        self._change(key, sets, f"ADD {changes} SET expires_at = :expires_at", values | expires)

    def take_from_sets(self, key: str, sets: dict[str, set[str]], revision: int) -> None:
        """Take out of string sets; nothing happens when the revision has moved on."""
        changes, values = _sets(sets)
        with suppress(LostRaceError):
            self._change(
                key, sets, f"DELETE {changes}", values | {":revision": value(revision)}, "revision = :revision"
            )

    def _change(
        self, key: str, names: Iterable[str], expression: str, values: Item, condition: str | None = None
    ) -> None:
        """What stands there and is no set, though it may read as one, gives way to what is."""
        update = self.table.update(_key(key), expression, values, condition)
        try:
            self.table.write(update)
        except CallFailedError as error:
            if error.code != "ValidationException" or not self._write_anew(key, names, str(error)):
                raise
            self.table.write(update)

    def _write_anew(self, key: str, names: Iterable[str], why: str) -> bool:
        """The sets that it holds, and nothing else; False where all is as it should be."""
        item = self.get(key) or {}
        if all("SS" in item.get(name, {"SS"}) for name in names) and "N" in item.get("revision", {"N"}):
            return False
        self._skip(key, why)
        kept = {name: item[name] for name in names if "SS" in item.get(name, {})}
        return self.put_over(key, {**kept, "revision": value(0)}, item)

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
