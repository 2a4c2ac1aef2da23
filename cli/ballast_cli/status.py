"""Show what the books hold: pauses, rollouts, what waits and why. It asks the ledger only, so it changes nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ballast import clock
from ballast.aws import operator_calls
from ballast.aws.codec import to_plain
from ballast.aws.ledger import Ledger, braked
from ballast.aws.ledger_items import Books
from ballast.errors import BallastError
from ballast.facts.view import Cluster
from ballast.policy.policy import Policy, defaults_from
from ballast.policy.settings import BY_VARIABLE
from ballast.policy.updates import UpdatePolicy
from ballast.records.command import check_scope
from ballast.records.disruption import Phase
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.update.pausing import unknown_cluster
from ballast_cli.say import STACK
from ballast_cli.waiting import why_drain, why_rollout, why_update

NONE = timedelta()

type Row = tuple[str, ...]
type Shown = tuple[bool, list[str], Any]

ROLLOUT_HEADINGS = ("VARIANT", "ARCH", "STATE", "TARGET", "ON TARGET", "FAILED", "EXCLUDED", "WAVE")
UPDATE_HEADINGS = ("INSTANCE", "STAGE", "TARGET", "SINCE", "WHY")
# Of a table alone: times that only the stack's parameters tell are not made up.
NOT_KNOWN = Policy(updates=UpdatePolicy(bake=NONE, canary_bake=NONE, wave_bake=NONE))
DRAIN_HEADINGS = ("INSTANCE", "PHASE", "REASON", "SINCE", "WHY")


class UnknownClusterError(BallastError):
    """Names those that are known."""


def show(options: argparse.Namespace) -> Shown:
    """Always done; the lines, and the same as a document. Raises BallastError for a cluster that nobody looks after."""
    if options.cluster or options.variant or options.arch:
        check_scope(options.cluster or "all", options.variant, options.arch)
    ledger = _ledger(options)
    clusters = ledger.clusters()
    if options.cluster and clusters and options.cluster not in clusters:
        raise UnknownClusterError(unknown_cluster(options.cluster, clusters))
    names = [options.cluster] if options.cluster else sorted(clusters)
    if not names:
        raise UnknownClusterError("Ballast looks after no cluster here")
    now = clock.utc_now()
    found = [_narrowed(ledger.books(name), options) for name in names]
    pairs = [
        (braked(clusters.get(n) or Cluster(n, "", ledger.defaults), b.pause), b)
        for n, b in zip(names, found, strict=True)
    ]
    texts = ["\n\n".join(_paragraphs(c, b, options, now)) for c, b in pairs]
    if len(texts) > 1:
        texts = [f"{name}\n{text}" for name, text in zip(names, texts, strict=True)]
    return True, ["\n\n".join(texts)], {"clusters": [_document(c, b, now) for c, b in pairs]}


def _ledger(options: argparse.Namespace) -> Ledger:
    """With the policy of the deployment, where the stack tells its parameters."""
    if options.table and not options.stack:
        return Ledger(options.table, NOT_KNOWN)
    stack = operator_calls.find_stack(options.stack or STACK)
    given = {v: stack.parameters[row.parameter] for v, row in BY_VARIABLE.items() if row.parameter in stack.parameters}
    return Ledger(stack.ledger, defaults_from(given) if given else Policy())


def _narrowed(books: Books, options: argparse.Namespace) -> Books:
    if not (options.variant or options.arch):
        return books
    kept = [r for r in books.rollouts if options.variant in (None, r.variant) and options.arch in (None, r.arch)]
    ids = {rollout.id for rollout in kept}
    return replace(books, rollouts=tuple(kept), updates=tuple(u for u in books.updates if u.rollout in ids))


def _paragraphs(cluster: Cluster, books: Books, options: argparse.Namespace, now: datetime) -> Iterable[str]:
    pause = cluster.policy.pause(now)
    if pause:
        yield f"{pause.words}. It ends then, or with `ballast resume --cluster {cluster.name}`."
    if books.rollouts:
        yield aligned([ROLLOUT_HEADINGS, *map(_rollout_row, books.rollouts)])
    else:
        yield f"Nothing is known of a rollout of {_where(cluster.name, options.variant, options.arch)}."
    yield from (f"{r.variant} {r.arch} {said}" for r in books.rollouts if (said := _said(r, cluster, now)))
    unfinished = _unfinished(books)
    if unfinished:
        rows = [_update_row(u, _rollout_of(u, books), cluster, books, now) for u in unfinished]
        yield aligned([UPDATE_HEADINGS, *rows])
    drains = [d for d in books.disruptions if d.phase is Phase.WAITING and not (options.variant or options.arch)]
    if drains:
        found = [
            (d.instance_id, d.phase, d.reason.replace("_", " "), _time(d.started_at), why_drain(d, cluster, now))
            for d in drains
        ]
        yield aligned([DRAIN_HEADINGS, *found])


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


def _where(cluster: str, variant: str | None, arch: str | None) -> str:
    return " ".join(filter(None, (variant, arch, "in" if variant or arch else "", cluster)))


def _document(cluster: Cluster, books: Books, now: datetime) -> Mapping[str, Any]:
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
        "drains": [to_plain(d) | {"waits": why_drain(d, cluster, now) or None} for d in books.disruptions],
    }
