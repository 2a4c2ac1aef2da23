"""What does the capacity of a cluster cost, and why so much? Once a day, in rows that sum to what is said to be paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from ballast.facts.view import Cluster
from ballast.records.rebalancing import Tally
from ballast.value import dataclass
from ballast.words.codes import REBALANCE_REPORT, Code
from ballast.words.incident import Incident, cluster_link, count, date, few, runs, say
from ballast.words.money import SHOWN, in_thousandths, thousandths, usd
from ballast.words.notice import Notice, Severity
from ballast.words.rebalance_stays import STAYS, short
from ballast.words.rehearsal import NOTHING_IS_DONE
from ballast.words.shortened import MOST_PLAN_LINES, cut

if TYPE_CHECKING:

    class Row(Protocol):
        """As `rebalance.explain.Row`."""

        @property
        def kind(self) -> str: ...
        @property
        def micro_usd_per_hour(self) -> int: ...
        @property
        def why(self) -> str | None: ...
        @property
        def service(self) -> str | None: ...
        @property
        def won_micro_usd_per_hour(self) -> int | None: ...


KINDS: Final = {
    "bound": "what the tasks need at least",
    "granularity": "lost, as tasks and instances cannot be split",
    "headroom": "kept free on purpose",
    "fragmentation": "in half-empty instances that may go",
    "blocked": "in instances that something holds",
}
BLOCKED: Final = "blocked"
NAME = 60
ROOM = 780  # characters of the blocked rows as Slack counts them, where & < > are longer
PART = 110
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Report:
    """`would`: lines of what is not done as it is switched off, or in dry run. `parts`: why of each that is only reported."""

    rows: Sequence[Row]
    instances: int
    unpriced: Sequence[str]
    parts: Mapping[str, str]
    would: Sequence[str]
    would_save_micro_usd_per_hour: int
    done: Tally | None
    only_reported: bool = False
    dry_run: bool = False


def report(cluster: Cluster, told: Report, now: datetime) -> Notice:
    kinds, blocked, total = shown(told.rows)
    spare = kinds.get("fragmentation", 0) + kinds.get(BLOCKED, 0)
    about = Incident(
        cluster.name,
        None,
        REBALANCE_REPORT,
        f"{cluster.name}/rebalance/report/{now:%Y%m%d}",
        now,
        (cluster_link(cluster),),
    )
    would = told.would[: MOST_PLAN_LINES - 1]
    more = len(told.would) - len(would)
    notice = say(
        about, Code.REBALANCE_REPORT, Severity.INFO, now, closes=True,
        title=f"costs {thousandths(total)} USD/h: {thousandths(spare)} not needed",
        what=_what(cluster, told, total),
        why="\n".join([f"{thousandths(total)} USD/h now, which is:", *(f"{thousandths(n)} {kind}: {KINDS.get(kind, kind)}" for kind, n in kinds.items())]),
        impact="\n".join(["Held, and won at most by lifting what holds it:", *blocked]) if blocked else "None: nothing is held by a service, a task or a limit.",
        next=_next(cluster, told),
    )  # fmt: skip
    plan = (*would, *([f"and {more} more"] if more else []))
    figures = {"capacityMicroUsdPerHour": total * SHOWN, "blockedMicroUsdPerHour": kinds.get(BLOCKED, 0) * SHOWN}
    return replace(notice, plan=plan, dry_run=told.dry_run, figures=figures)


def shown(rows: Iterable[Row]) -> tuple[dict[str, int], list[str], int]:
    """In thousandths of a dollar: the kinds, the lines of what is blocked, and the sum of either with nothing lost."""
    kinds = dict.fromkeys(KINDS, 0)
    held: list[tuple[str, int]] = []
    for row in rows:
        if row.kind == BLOCKED:
            held.append((_holder(row), row.micro_usd_per_hour))
        else:
            kinds[row.kind] = kinds.get(row.kind, 0) + row.micro_usd_per_hour
    held = _fitting([(who, micro) for who, micro in sorted(held, key=lambda each: (-each[1], each[0])) if micro])
    del kinds[BLOCKED]
    amounts = in_thousandths([*kinds.values(), *(micro for _, micro in held)])
    of_kinds, of_held = amounts[: len(kinds)], amounts[len(kinds) :]
    told = dict(zip(kinds, of_kinds, strict=True)) | {BLOCKED: sum(of_held)}
    lines = [f"{thousandths(n)} for {who}" for (who, _), n in zip(held, of_held, strict=True)]
    return told, lines, sum(amounts)


def _fitting(held: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The largest, as many as there is room for; the others as one row."""
    room, kept = ROOM - 100, 0  # a line for the others, and one above
    for who, _ in held:
        room -= len(who) + sum(4 for mark in who if mark in "&<>") + len("\n1000.000 for ")
        if room < 0:
            break
        kept += 1
    rest = held[kept:]
    return [*held[:kept], *([(f"{count(len(rest), 'other')}", sum(micro for _, micro in rest))] if rest else [])]


def _holder(row: Row) -> str:
    why = short(row.why)
    won = row.won_micro_usd_per_hour
    alone = "" if won is None else f" ({thousandths(won // 1000)} of it at once)" if won else " (alone nothing)"
    return f"service {cut(row.service, NAME)}: {why}{alone}" if row.service else f"{why}{alone}"


def _what(cluster: Cluster, told: Report, total: int) -> str:
    unpriced = ""
    if told.unpriced:
        unpriced = f" No price is known of {', '.join(few(told.unpriced))}: {'it is' if len(told.unpriced) == 1 else 'they are'} in no row."
    return f"The {count(told.instances, 'instance')} of {cluster.name} {'costs' if told.instances == 1 else 'cost'} {thousandths(total)} USD/h.{unpriced} {_done(told.done)}".rstrip()


def _done(tally: Tally | None) -> str:
    if tally is None:
        return ""
    since = f"since {date(tally.since)}"
    if not (tally.given_back or tally.undone or tally.launched):
        return f"Nothing was given back or launched {since}."
    each = f", {usd(round(tally.micro_usd_per_hour / tally.tasks))} a moved task" if tally.tasks else ""
    back = f"{runs(tally.given_back, 'instance', 'was', 'were')} given back {since}"
    saved = f": {usd(tally.micro_usd_per_hour)}, {count(tally.tasks, 'task')} moved{each}" if tally.given_back else ""
    undone = f" {runs(tally.undone, 'move', 'was', 'were')} undone." if tally.undone else ""
    launched = f" {runs(tally.launched, 'instance', 'was', 'were')} launched." if tally.launched else ""
    return f"{back[:1].upper()}{back[1:]}{saved}.{undone}{launched}"


def _next(cluster: Cluster, told: Report) -> str:
    said = []
    if told.would:
        saves = f" and save {usd(told.would_save_micro_usd_per_hour)}" if told.would_save_micro_usd_per_hour else ""
        said.append(f"Ballast would do what stands below{saves}.")
    if told.parts:
        named = [f"{cut(name, 40)} ({cut(why, PART)})" for name, why in sorted(told.parts.items())[:MOST_PARTS]]
        more = f" and {len(told.parts) - MOST_PARTS} more" if len(told.parts) > MOST_PARTS else ""
        said.append(f"Only reported: {'; '.join(named)}{more}.")
    largest = max((r for r in told.rows if r.kind == BLOCKED), key=lambda r: r.micro_usd_per_hour, default=None)
    if largest and largest.micro_usd_per_hour and largest.why in STAYS:
        said.append(f"What holds most: {_holder(largest)}. The runbook says what lifts each.")
    if told.dry_run:
        said.append(NOTHING_IS_DONE)
    elif told.only_reported:
        said.append("Nothing is done, as Rebalance is `report`; with `on` it would be.")
    else:
        said.append(f"To have nothing more given back: `ballast pause --cluster {cluster.name}`.")
    return " ".join(said)
