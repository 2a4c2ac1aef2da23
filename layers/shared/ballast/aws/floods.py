"""What is remembered of notices that nobody vouches for: an item `flood#HOUR` of the Conversations table."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

from ballast.aws.codec import UNREADABLE, Item, value
from ballast.aws.conversation_items import ItemTable
from ballast.errors import TransientError
from ballast.publish.flood import Flood
from ballast.value import dataclass

MOST_ATTEMPTS = 10
BODY = "body"


@dataclass(frozen=True, slots=True)
class Floods:
    """Reads and writes of the table."""

    table: ItemTable

    def change(self, hour: str, change: Callable[[Flood], Flood]) -> Flood:
        """The hour as it stands afterwards. Raises TransientError where others write it all the time."""
        key = f"flood#{hour}"
        for _ in range(MOST_ATTEMPTS):
            item = self.table.get(key)
            before = _read(hour, item)
            after = change(before)
            if after == before or self._put(key, _written(after), item):
                return after
        raise TransientError(f"The flood of {hour} changes too fast to be written.")

    def _put(self, key: str, fields: Item, item: Item | None) -> bool:
        if item is not None and BODY not in item:  # nobody can read it, so nothing is lost
            self.table.put(key, fields)
            return True
        return self.table.put_if(key, fields, item and {BODY: item[BODY]})


def _written(flood: Flood) -> Item:
    body = {
        "admitted": sorted(flood.admitted),
        "pages": dict(flood.pages),
        "held": sorted(flood.held),
        "codes": flood.codes,
    }
    return {BODY: value(json.dumps(body, separators=(",", ":")))}


def _read(hour: str, item: Item | None) -> Flood:
    """One that nobody can read begins anew."""
    with suppress(*UNREADABLE):
        body = json.loads(item[BODY]["S"]) if item else {}
        pages = {str(code): int(number) for code, number in body.get("pages", {}).items()}
        sets = (frozenset(map(str, body.get(name, ()))) for name in ("admitted", "held"))
        admitted, held = sets
        return Flood(hour, admitted, pages, held, tuple(map(str, body.get("codes", ()))))
    return Flood(hour)
