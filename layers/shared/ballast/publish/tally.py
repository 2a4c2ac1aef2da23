"""What of a notice does the digest count, and once per what? Pure.

A notice may be heard twice, late and by two functions at once. An entry says what it counts by, so the same entry twice is
one; of those that differ only in when they were heard, the first counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from ballast.publish.incidents import incident_key
from ballast.publish.outcome import SEEN_EMPTY
from ballast.value import dataclass
from ballast.words.codes import UNVERIFIABLE, UNVERIFIED, Code
from ballast.words.digest import BLOCKED, Counts
from ballast.words.notice import Notice, Severity


class Kind(StrEnum):
    DRAINED = "drained"  # figure: tasks that ECS counted at the start
    CUT_OFF = "cut_off"  # figure: tasks
    LATE = "late"
    GIVEN_BACK = "given_back"  # figure: millionths of a dollar an hour
    REPAIRED = "repaired"
    ROLLOUT_DONE = "rollout_done"
    ROLLOUT_HALTED = "rollout_halted"
    ROLLED_BACK = "rolled_back"
    PAGE = "page"
    TICKET = "ticket"
    BLOCKED = BLOCKED  # of one report; figure: millionths of a dollar an hour


BY_CODE: Final[Mapping[str, tuple[Kind, str]]] = {
    **dict.fromkeys(SEEN_EMPTY, (Kind.DRAINED, "tasks")),
    Code.TASKS_CUT_OFF: (Kind.CUT_OFF, "tasks"),
    **dict.fromkeys((Code.DRAIN_STUCK, Code.DRAIN_FORCED, Code.DRAIN_ROLLED_BACK), (Kind.LATE, "")),
    Code.GIVEN_BACK: (Kind.GIVEN_BACK, "savedMicroUsdPerHour"),
    **dict.fromkeys(
        (Code.REPAIR_BEGINS, Code.REPAIR_DRAIN, Code.UNHEARD_REPLACED, Code.UNJOINED_REPLACED), (Kind.REPAIRED, "")
    ),
    Code.BOTTLEROCKET_ROLLOUT_DONE: (Kind.ROLLOUT_DONE, ""),
    Code.BOTTLEROCKET_ROLLOUT_HALTED: (Kind.ROLLOUT_HALTED, ""),
    Code.BOTTLEROCKET_ROLLBACK: (Kind.ROLLED_BACK, ""),
    Code.REBALANCE_REPORT: (Kind.BLOCKED, "blockedMicroUsdPerHour"),
}
RAISED: Final = {Severity.PAGE: Kind.PAGE, Severity.TICKET: Kind.TICKET}


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is what is counted once: an incident, and the instance where a whole has several. `at`: when it was said."""

    kind: Kind
    key: str
    at: datetime
    heard_at: datetime
    cluster: str
    figure: int | None = None


def entries(notice: Notice, heard_at: datetime) -> tuple[Entry, ...]:
    """None of what was not done, nor of what nobody vouches for, nor of somebody who tried whether messages arrive."""
    if notice.dry_run and notice.code != Code.REBALANCE_REPORT:
        return ()
    if notice.code == Code.TEST or notice.reason in (UNVERIFIED, UNVERIFIABLE):
        return ()
    found = []
    who = f"{notice.incident} {notice.instance or ''}"
    if notice.code in BY_CODE:
        kind, figure = BY_CODE[notice.code]
        found.append((kind, who, notice.figures.get(figure)))
    if notice.severity in RAISED:
        found.append((RAISED[notice.severity], notice.incident, None))
    return tuple(
        Entry(kind, incident_key(what), notice.at, heard_at, notice.cluster, figure) for kind, what, figure in found
    )


def counted(kept: Iterable[Entry], since: datetime, until: datetime) -> Counts:
    """What was first heard from `since` on and before `until`."""
    together: dict[tuple[Kind, str], list[Entry]] = defaultdict(list)
    for entry in kept:
        together[entry.kind, entry.key].append(entry)
    alike = [some for some in together.values() if since <= min(one.heard_at for one in some) < until]
    numbers: dict[str, int] = defaultdict(int)
    figures: dict[str, list[int | None]] = defaultdict(list)
    blocked: dict[str, tuple[datetime, int]] = {}
    for some in alike:
        first = some[0]
        figure = max((one.figure for one in some if one.figure is not None), default=None)
        numbers[first.kind] += 1
        figures[first.kind].append(figure)
        if first.kind is Kind.BLOCKED and figure is not None:
            blocked[first.cluster] = max(blocked.get(first.cluster, (first.at, figure)), (first.at, figure))
    sums = {kind: sum(filter(None, each)) for kind, each in figures.items() if None not in each}
    return Counts(dict(numbers), sums, {cluster: figure for cluster, (_, figure) in blocked.items()})
