"""Whose words are these? Ballast signs what it puts on the bus, since an event names its account and no more.

The key is an item of the ledger, which the roles of the functions read and others of the account do not. Whoever tells first
makes it; whoever deletes it has the next one made: https://csrc.nist.gov/pubs/fips/198-1/final (HMAC).
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from os import urandom
from typing import Any

from ballast import clock
from ballast.aws.codec import Item, value
from ballast.aws.table import Condition, Table, absent, unchanged
from ballast.errors import CallFailedError, LostRaceError, TransientError
from ballast.telemetry import logger

FIELD = "signature"
PARTITION, ITEM, KEY = "#seal", "key", "seal"
READ_AGAIN = timedelta(minutes=5)
NOT_BEFORE = timedelta(seconds=1)  # what nobody has signed costs no more reads than one in this time
OPENS = 2 * READ_AGAIN  # since a key was last read: a function may sign with it for five minutes, read as long before
_HEX = re.compile(r"[0-9a-f]{64}")


class Seal:
    """Of one ledger; it remembers the key for five minutes, and the one before until nobody signs with it any more."""

    def __init__(self, table: str) -> None:
        self._table = Table(table)
        self._key: bytes | None = None
        self._read_at: datetime | None = None
        self._stood: dict[bytes, datetime] = {}  # when each key was read last

    def signed(self, kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        """The detail of an event of this detail-type, with its signature; without one where the key may not be read.

        Raises TransientError where AWS does not answer: said a moment later is better than said in nobody's name.
        """
        try:
            key = self._known(READ_AGAIN) or self._made()
        except TransientError:
            raise
        except CallFailedError as error:
            logger.error("cannot read the key, so this leaves unsigned", why=str(error))
            return detail
        return {**detail, FIELD: _signature(key, kind, detail)} if key else detail

    def verifies(self, kind: str, detail: Mapping[str, Any]) -> bool | None:
        """Whether Ballast said exactly this; None where the key may not be read, so that nobody knows.

        Raises TransientError where AWS does not answer.
        """
        claimed = detail.get(FIELD)
        try:
            for at_most in (READ_AGAIN, NOT_BEFORE) if FIELD in detail else (READ_AGAIN,):
                self._known(at_most)
                if any(_fits(key, kind, detail, claimed) for key in self._stood):
                    return True
        except TransientError:
            raise
        except CallFailedError as error:
            logger.error("cannot read the key, so nobody knows who sent this", why=str(error))
            return None
        return False

    def _known(self, at_most: timedelta) -> bytes | None:
        """As it was read not longer ago; one that is not there may be a moment later."""
        now = clock.utc_now()
        if self._key is None or self._read_at is None or now - self._read_at > at_most:
            self._remember(self._standing(), now)
        return self._key

    def _remember(self, standing: Item | None, now: datetime) -> None:
        self._key, self._read_at = _key(standing), now
        self._stood = {key: at for key, at in self._stood.items() if now - at <= OPENS}
        if self._key:
            self._stood[self._key] = now

    def _made(self) -> bytes | None:
        """The key that stands afterwards: this one, or the one that another function made first."""
        standing = self._standing()
        if _key(standing) is None:
            fresh = {"cluster": value(PARTITION), "item": value(ITEM), KEY: value(urandom(32).hex())}
            try:
                self._table.write(self._table.put(fresh, _as_it_is(standing)))
            except LostRaceError:
                standing = self._standing()
            else:
                standing = fresh
        self._remember(standing, clock.utc_now())
        return self._key

    def _standing(self) -> Item | None:
        return next(iter(self._table.query("cluster", PARTITION)), None)


def _key(item: Item | None) -> bytes | None:
    """What nobody can read is no key, and the next one takes its place."""
    text = item.get(KEY, {}).get("S") if item else None
    return bytes.fromhex(text) if isinstance(text, str) and _HEX.fullmatch(text) else None


def _as_it_is(standing: Item | None) -> Condition:
    return unchanged({KEY: standing[KEY]}) if standing and KEY in standing else absent(KEY)


def _fits(key: bytes, kind: str, detail: Mapping[str, Any], claimed: object) -> bool:
    if not isinstance(claimed, str) or not claimed.isascii():
        return False
    try:
        return hmac.compare_digest(_signature(key, kind, detail), claimed)
    except (RecursionError, ValueError):  # nothing that we wrote is so deep
        return False


def _signature(key: bytes, kind: str, detail: Mapping[str, Any]) -> str:
    """Over all that is said, in one order: the bus may write it in another."""
    said = {name: each for name, each in detail.items() if name != FIELD}
    return hmac.digest(key, json.dumps([kind, said], sort_keys=True, separators=(",", ":")).encode(), "sha256").hex()
