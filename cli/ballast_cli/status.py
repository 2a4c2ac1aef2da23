"""Show what the books hold: pauses, rollouts, drains, rebalancing, repairs, and what each waits for. It asks the ledger only."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ballast import clock
from ballast.aws import operator_calls
from ballast.aws.ledger import Ledger, braked
from ballast.aws.ledger_items import Books
from ballast.aws.operator_calls import Stack
from ballast.aws.rebalance_ledger import books_of
from ballast.aws.table import Table
from ballast.errors import BallastError
from ballast.facts.view import Cluster
from ballast.policy.policy import Policy, defaults_from
from ballast.policy.settings import BY_VARIABLE
from ballast.policy.updates import UpdatePolicy
from ballast.records.command import check_scope
from ballast.update.pausing import unknown_cluster
from ballast_cli.going_on import GoingOn, document, going_on, paragraphs
from ballast_cli.say import STACK

NONE = timedelta()
# Of a table alone: times that only the stack's parameters tell are not made up.
NOT_KNOWN = Policy(updates=UpdatePolicy(bake=NONE, canary_bake=NONE, wave_bake=NONE))

type Shown = tuple[bool, list[str], Any]


class UnknownClusterError(BallastError):
    """Names those that are known."""


def show(options: argparse.Namespace) -> Shown:
    """Always done; the lines, and the same as a document. Raises BallastError for a cluster that nobody looks after."""
    check(options)
    ledger, _ = ledger_of(options)
    now = clock.utc_now()
    found = read(ledger, options)
    texts = ["\n\n".join(paragraphs(each, now)) for each in found]
    if len(texts) > 1:
        texts = [f"{each.cluster.name}\n{text}" for each, text in zip(found, texts, strict=True)]
    return True, ["\n\n".join(texts)], {"clusters": [document(each, now) for each in found]}


def check(options: argparse.Namespace) -> None:
    """Raises ValueError in a sentence for what no cluster can be called."""
    if options.cluster or options.variant or options.arch:
        check_scope(options.cluster or "all", options.variant, options.arch)


def read(ledger: Ledger, options: argparse.Namespace) -> Sequence[GoingOn]:
    """Of the cluster that is named, or of every managed one, a query each."""
    clusters = ledger.clusters()
    if options.cluster and clusters and options.cluster not in clusters:
        raise UnknownClusterError(unknown_cluster(options.cluster, clusters))
    names = [options.cluster] if options.cluster else sorted(clusters)
    if not names:
        raise UnknownClusterError("Ballast looks after no cluster here")
    return [_of(ledger, clusters.get(name) or Cluster(name, "", ledger.defaults), options) for name in names]


def _of(ledger: Ledger, cluster: Cluster, options: argparse.Namespace) -> GoingOn:
    books, own = books_of(Table(ledger.table), cluster.name)
    narrowed = " ".join(filter(None, (options.variant, options.arch)))
    return going_on(braked(cluster, books.pause), _narrowed(books, options), own, narrowed)


def ledger_of(options: argparse.Namespace) -> tuple[Ledger, Stack | None]:
    """With the policy of the deployment, where the stack tells its parameters; the stack, unless a table is named."""
    if options.table and not options.stack:
        return Ledger(options.table, NOT_KNOWN), None
    stack = operator_calls.find_stack(options.stack or STACK)
    given = {v: stack.parameters[row.parameter] for v, row in BY_VARIABLE.items() if row.parameter in stack.parameters}
    return Ledger(stack.ledger, defaults_from(given) if given else Policy()), stack


def _narrowed(books: Books, options: argparse.Namespace) -> Books:
    if not (options.variant or options.arch):
        return books
    kept = [r for r in books.rollouts if options.variant in (None, r.variant) and options.arch in (None, r.arch)]
    ids = {rollout.id for rollout in kept}
    return replace(books, rollouts=tuple(kept), updates=tuple(u for u in books.updates if u.rollout in ids))
