"""What gives way in the ledger where nobody can read it? Only what has to; the rest stays as it is for who repairs it."""

from __future__ import annotations

from contextlib import suppress

from ballast.aws.codec import Item, value
from ballast.aws.ledger_changes import COUNT, change, item_of, key, one_less
from ballast.aws.ledger_items import Books, InFlight, key_of, read_all, why_unread
from ballast.aws.table import Table, absent, unchanged
from ballast.errors import LostRaceError
from ballast.records.disruption import Disruption, Phase
from ballast.records.kept import Kept
from ballast.records.release import Release
from ballast.records.watch import Watch
from ballast.telemetry import logger


def write_anyway(table: Table, before: Kept | None, after: Kept | None) -> bool:
    """Whether only what nobody can read stood in the way, an item in the place or the count in flight: then it is written."""
    record = before or after
    standing = _standing(table, record.cluster, record.item) if record else None
    if standing is None:
        return False
    if before is None and after is not None:
        return _take_the_place(table, standing, after)
    same = before is not None and standing.get("revision") == value(before.revision)
    gives = isinstance(before, Disruption) and before.takes_budget
    takes = isinstance(after, Disruption) and after.takes_budget
    if not same or not gives or takes:
        return False
    table.write(change(table, before, after))  # what it holds is right, so the count is not
    return True


def count_anew(table: Table, cluster: str, books: Books) -> None:
    """The voluntary disruptions in flight, where nobody can read their count; what may be one counts as one."""
    standing = _standing(table, cluster, COUNT)
    if standing and why_unread(InFlight, standing):
        unsure = sum(unread.item.startswith("drain#") for unread in books.unread)
        number = sum(d.takes_budget for d in books.disruptions) + unsure
        same = unchanged({"in_flight": standing["in_flight"]}) if "in_flight" in standing else absent("in_flight")
        table.write(table.put({**key(cluster, COUNT), "in_flight": value(number)}, same))
        logger.warning("counted the drains in flight anew", cluster=cluster, number=number)


def _take_the_place(table: Table, standing: Item, after: Kept) -> bool:
    """A forced drain cannot wait, a watch or release is seen anew; a rollout's items may be those of a newer version."""
    forced = isinstance(after, Disruption) and after.forced
    if not (forced or isinstance(after, (Watch, Release))) or not read_all(type(after), [standing])[1]:
        return False
    table.write(table.put(item_of(after), unchanged({"revision": standing["revision"]})))
    if _took_budget(standing):
        with suppress(LostRaceError):
            table.write(one_less(table, after.cluster))
    return True


def _took_budget(standing: Item) -> bool:
    """As far as an item that nobody can read says so."""
    phase = standing.get("phase", {}).get("S")
    voluntary = standing.get("forced", {}).get("BOOL") is False
    return voluntary and phase in set(Phase) - {Phase.WAITING, Phase.ROLLED_BACK}


def _standing(table: Table, cluster: str, item: str) -> Item | None:
    """By a query, which every function that writes the ledger may make."""
    return next((one for one in table.query("cluster", cluster) if key_of(one) == (cluster, item)), None)
