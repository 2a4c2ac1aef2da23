"""How does the digest come about? Notices are counted as they are told, and once a day or a week the sum is told.

The function that is first writes the digest down, and whoever finds it there tells it: the same incident, so that it is
news once. An environment that has told it asks the table no more until the next is due.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ballast.aws.kept import kept
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.codes import Code
from ballast.words.notice import Notice, Severity

if TYPE_CHECKING:
    from ballast.aws.conversation_items import ItemTable
    from ballast.aws.tallies import Tallies, Told
    from ballast.publish.conversation import Conversation
    from ballast.publish.events import Item
    from ballast.publish.ports import ConversationStore

# What was heard before a time is written down by then: the function runs for a minute at most.
GRACE = timedelta(minutes=2)
LOOKED_AT_AGAIN = timedelta(hours=1)
MOST_COUNTED = 10_000
BRAKES = frozenset({Code.PAUSED})


@dataclass(frozen=True, slots=True)
class Digests:
    """`times` is the parameter; `off`: nothing is kept and nothing is told."""

    items: ItemTable
    conversations: ConversationStore
    times: str
    region: str

    def keep(self, told: Sequence[tuple[Item | None, Notice]], now: datetime) -> Sequence[Item]:
        """Count them, and remember where somebody may be needed. Repeatable; answers the items of what was not counted."""
        if self.times == "off" or not told:
            return ()
        try:
            self._keep([notice for _, notice in told], now)
        except Exception:  # noqa: BLE001 - what is told does not depend on it
            logger.exception("cannot count for the digest")
            return [item for item, _ in told if item is not None]
        return ()

    def _keep(self, notices: Sequence[Notice], now: datetime) -> None:
        from ballast.publish.tally import entries  # noqa: PLC0415 - not needed to start

        counted = kept("digest").setdefault("counted", set())  # by this environment: what comes again writes no more
        new = [notice for notice in notices if notice.id not in counted]
        if found := [entry for notice in new for entry in entries(notice, now)]:
            self._tallies.add(found)
        raised = {n.incident for n in new if n.severity is not Severity.INFO or n.code in BRAKES}
        if names := set(self.conversations.joined(raised).values()) if raised else set():
            self._tallies.raise_(names)
        if len(counted) > MOST_COUNTED:
            counted.clear()
        counted.update(notice.id for notice in new)

    def due(self, now: datetime) -> Sequence[Notice]:
        """The digest that is to be told now, until `told` says that it was. Where it cannot be made, the next sweep tries."""
        if self.times == "off" or now < kept("digest").get("next", now):
            return ()
        try:
            return self._due(now)
        except Exception:  # noqa: BLE001 - as above
            logger.exception("cannot make the digest")
            return ()

    def told(self, digests: Sequence[Notice]) -> None:
        if digests:
            self._rest()

    def _due(self, now: datetime) -> Sequence[Notice]:
        from ballast.aws.tallies import Told  # noqa: PLC0415 - once a day
        from ballast.policy.digest_times import last_time, read_times  # noqa: PLC0415 - the same

        memory = kept("digest")
        try:
            times = read_times(self.times)
        except ValueError as error:  # such as a zone that there is not, which CloudFormation cannot know
            logger.error("no digest is told, as the parameter Digest cannot be read", why=str(error))
            times = None
        if times is None:
            memory["next"] = now + LOOKED_AT_AGAIN
            return ()
        last = last_time(times, now - GRACE)
        memory["planned"] = times.opens_after(now - GRACE) + GRACE
        before = self._tallies.told()
        if before is None:
            self._tallies.tell(Told(now.replace(microsecond=0)), None)  # nobody knows what was before
        elif before.counted_to < last:
            before = self._tallies.tell(self._made(before, last), before)
        if before and before.counted_to == last and before.notice:
            return (before.notice,)
        self._rest()
        return ()

    def _rest(self) -> None:
        memory = kept("digest")
        memory["next"] = memory["planned"]

    def _made(self, before: Told, until: datetime) -> Told:
        from ballast.aws.tallies import Told  # noqa: PLC0415 - once a day
        from ballast.publish.tally import counted  # noqa: PLC0415 - the same
        from ballast.words.digest import digest  # noqa: PLC0415 - the same

        counts = counted(self._tallies.of(before.counted_to, until), before.counted_to, until)
        waiting = self._waiting()
        if not counts.any and not waiting:
            return Told(until, revision=before.revision + 1)
        partition = "aws-cn" if self.region.startswith("cn-") else "aws"
        notice = digest(counts, waiting, before.counted_to, until, partition=partition)
        return Told(until, json.dumps(notice.to_detail()), before.revision + 1)

    def _waiting(self) -> list[str]:
        """A line for each conversation in which somebody is needed or a brake is on; the others are struck out."""
        from ballast.publish.wording import title  # noqa: PLC0415 - once a day

        names, revision = self._tallies.raised()
        found = {name: self.conversations.load(name) for name in sorted(names)}
        waits = {name: one for name, one in found.items() if one is not None and is_waiting(one)}
        self._tallies.strike(names - waits.keys(), revision)
        gravest = sorted(waits.values(), key=lambda one: (one.severity is not Severity.PAGE, one.opened_at, one.id))
        return [f"{one.cluster}: {title(one)}" for one in gravest]

    @property
    def _tallies(self) -> Tallies:
        from ballast.aws.tallies import Tallies  # noqa: PLC0415 - not needed to start

        return Tallies(self.items)


def is_waiting(conversation: Conversation) -> bool:
    return any(
        not one.closed and (one.needs_somebody or one.latest in BRAKES) for one in conversation.incidents.values()
    )
