"""Who said so? What Ballast has not signed is told as such, apart from its own incidents, and only so often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from ballast import clock
from ballast.errors import TransientError
from ballast.publish.events import Item, parse
from ballast.publish.flood import Flood, after, hour_of, is_doubted
from ballast.publish.ports import FloodStore, Verifier
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.codes import UNVERIFIABLE, UNVERIFIED
from ballast.words.notice import DETAIL_TYPE, Notice
from ballast.words.unverified import held_back, unverified

# As long as a queue keeps a message; a conversation is known for longer, so nothing that is sent again begins a new one.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
LONGEST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Gate:
    """In front of the conversations."""

    seal: Verifier
    floods: FloodStore

    def parse(self, event: Mapping[str, Any]) -> Item:
        """As `publish.events.parse`; a notice comes as it is told. Raises TransientError where the key is not to be had."""
        item = parse(event)
        if not isinstance(item, Notice):
            return item
        ours = self.seal.verifies(DETAIL_TYPE, event["detail"])
        if ours and clock.utc_now() - item.at <= LONGEST:
            return item
        return unverified(item, UNVERIFIABLE if ours is None else UNVERIFIED)

    def admit(self, items: Sequence[Item]) -> tuple[list[tuple[Item, Notice]], Sequence[Item]]:
        """Each notice with what is told for it, and those of which nobody knows yet, which come again."""
        notices = [item for item in items if isinstance(item, Notice)]
        doubted = [notice for notice in notices if is_doubted(notice)]
        told: list[tuple[Item, Notice]] = [(notice, notice) for notice in notices if not is_doubted(notice)]
        try:
            return [*told, *self._told(doubted)], ()
        except TransientError as error:
            logger.warning("cannot count what nobody vouches for", why=str(error))
            return told, doubted

    def _told(self, doubted: Sequence[Notice]) -> Sequence[tuple[Item, Notice]]:
        if not doubted:
            return ()
        now = clock.utc_now()
        before: list[Flood] = []

        def count(flood: Flood) -> Flood:
            before[:] = [flood]
            return after(flood, doubted)

        flood = self.floods.change(hour_of(now), count)
        since = now.replace(minute=0, second=0, microsecond=0)
        instead = held_back(flood.at_least, flood.codes, since, now)
        for notice in doubted:
            if flood.holds(notice) and not before[0].holds(notice):  # so a flood of notices is no flood of logs
                logger.warning("held back", notice=notice.id, title=notice.title or notice.what[:200])
        return [(notice, notice if flood.lets(notice) else instead) for notice in doubted]
