"""What goes on in a cluster, as the books have it: a paragraph or table each for people, and one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ballast.aws.codec import to_plain
from ballast.aws.ledger_items import Books
from ballast.aws.rebalance_items import RebalanceBooks
from ballast.facts.view import Cluster
from ballast.records.disruption import Disruption, Reason
from ballast.records.rebalancing import Move
from ballast.records.repair import Repairs
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.value import dataclass
from ballast_cli.waiting import why_drain, why_move, why_rollout, why_update

type Row = tuple[str, ...]

ROLLOUT_HEADINGS = ("VARIANT", "ARCH", "STATE", "TARGET", "ON TARGET", "FAILED", "EXCLUDED", "WAVE")
UPDATE_HEADINGS = ("INSTANCE", "STAGE", "TARGET", "SINCE", "WHY")
DRAIN_HEADINGS = ("DRAIN", "PHASE", "REASON", "SINCE", "DEADLINE", "WAITS")
MOVE_HEADINGS = ("REBALANCING", "GROUP", "PHASE", "METHOD", "SINCE", "DEADLINE", "WAITS")
REPAIR_HEADINGS = ("REPAIRS OF", "LAST BEGUN", "FAILED IN A ROW", "NEVER JOINED", "COMMON CAUSE")


@dataclass(frozen=True, slots=True)
class GoingOn:
    """`narrowed`: only rollouts are asked for, of a variant or architecture."""

    cluster: Cluster
    books: Books
    moves: tuple[Move, ...] = ()
    narrowed: str = ""

    @property
    def drains(self) -> tuple[Disruption, ...]:
        return () if self.narrowed else self.books.disruptions


def going_on(cluster: Cluster, books: Books, own: RebalanceBooks, narrowed: str) -> GoingOn:
    return GoingOn(cluster, books, () if narrowed else own.moves, narrowed)


def paragraphs(seen: GoingOn, now: datetime) -> Iterable[str]:
    cluster, books = seen.cluster, seen.books
    pause = cluster.policy.pause(now)
    if pause:
        yield f"{pause.words}. It ends then, or with `ballast resume --cluster {cluster.name}`."
    if books.rollouts:
        yield aligned([ROLLOUT_HEADINGS, *map(_rollout_row, books.rollouts)])
    else:
        where = f"{seen.narrowed} in {cluster.name}" if seen.narrowed else cluster.name
        yield f"Nothing is known of a rollout of {where}."
    yield from (f"{r.variant} {r.arch} {said}" for r in books.rollouts if (said := _said(r, cluster, now)))
    unfinished = _unfinished(books)
    if unfinished:
        rows = [_update_row(u, _rollout_of(u, books), cluster, books, now) for u in unfinished]
        yield aligned([UPDATE_HEADINGS, *rows])
    if seen.drains:
        yield aligned([DRAIN_HEADINGS, *(_drain_row(d, cluster, now) for d in seen.drains)])
    if seen.moves:
        yield aligned([MOVE_HEADINGS, *map(_move_row, seen.moves)])
    if books.repairs and not seen.narrowed:
        yield aligned([REPAIR_HEADINGS, *map(_repair_row, books.repairs)])


def _said(r: Rollout, cluster: Cluster, now: datetime) -> str:
    """Who or what holds it or turned it back; all that are on record."""
    if r.state is RolloutState.HALTED:
        return f"is halted: {r.halted_reason}"
    if r.bad_version:
        said = [why for why in (r.rolled_back_by, r.halted_reason and f"before that {r.halted_reason}") if why]
        held = f"; {why}" if (why := why_rollout(r, cluster, now)) else ""
        return f"goes back from {r.bad_version} to {r.target}" + (f": {'; '.join(said)}" if said else "") + held
    why = why_rollout(r, cluster, now)
    return f"waits: {why}" if why else ""


def _unfinished(books: Books) -> list[InstanceUpdate]:
    ids = {rollout.id for rollout in books.rollouts}
    return [u for u in books.updates if u.rollout in ids and u.stage is not Stage.DONE]


def _rollout_of(update: InstanceUpdate, books: Books) -> Rollout:
    return next(r for r in books.rollouts if r.id == update.rollout)


def _rollout_row(r: Rollout) -> Row:
    counts = (f"{r.on_target} of {r.total}", str(r.failed), str(r.excluded))
    return (r.variant, r.arch, r.state.replace("_", " "), r.target, *counts, str(r.wave) if r.wave else "canary")


def _update_row(u: InstanceUpdate, r: Rollout, cluster: Cluster, books: Books, now: datetime) -> Row:
    return u.instance_id, u.stage, u.target, _time(u.since), why_update(u, r, cluster, books.updates, now)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def aligned(rows: Sequence[Row]) -> str:
    """In columns, two blanks apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _drain_row(d: Disruption, cluster: Cluster, now: datetime) -> Row:
    """Of a repair also what the instance is ill by."""
    ill = f" ({d.signal.replace('_', ' ')})" if d.reason is Reason.REPAIR and d.signal else ""
    deadline = _time(d.deadline) if d.deadline else "none"
    phase, reason = d.phase.replace("_", " "), f"{d.reason.replace('_', ' ')}{ill}"
    return d.instance_id, phase, reason, _time(d.started_at), deadline, why_drain(d, cluster, now)


def _move_row(m: Move) -> Row:
    times = _time(m.started_at), _time(m.deadline)
    return m.instance_id, m.group, m.phase, m.method.replace("_", " "), *times, why_move(m)


def _repair_row(r: Repairs) -> Row:
    begun = _time(max(r.begun)) if r.begun else "none of late"
    held = f"last at {_time(r.held_at)}" if r.held_at else "no"
    return r.group, begun, str(r.failures), str(len(r.never_joined)), held


def document(seen: GoingOn, now: datetime) -> Mapping[str, Any]:
    cluster, books = seen.cluster, seen.books
    pause = cluster.policy.pause(now)
    updates = [
        to_plain(u) | {"waits": why_update(u, _rollout_of(u, books), cluster, books.updates, now) or None}
        for u in _unfinished(books)
    ]
    return {
        "cluster": cluster.name,
        "pause": pause and {"until": pause.until and pause.until.isoformat(), "by": pause.by, "reason": pause.reason},
        "rollouts": [to_plain(r) | {"waits": why_rollout(r, cluster, now)} for r in books.rollouts],
        "instances": updates,
        "moves": [to_plain(m) | {"waits": why_move(m)} for m in seen.moves],
        "repairs": [to_plain(r) for r in books.repairs],
        "drains": [to_plain(d) | {"waits": why_drain(d, cluster, now) or None} for d in books.disruptions],
    }
