"""What instances really had is kept in the ledger, so that a new execution environment knows it of groups that stand empty.

Written where it has changed, and no oftener than a cluster is planned. What nobody can read is not known, and stays as it is.
"""

from __future__ import annotations

from typing import cast

from ballast.aws.kept import kept
from ballast.plans.plan import Plan
from ballast.plans.rebalance_actions import Remember
from ballast.rebalance.sizes import Key, Known, recalled, stored
from ballast.records.rebalancing import LearnedSizes
from ballast.shell.execute import Executor
from ballast.shell.rebalance_books import Turn


def learned_of(cluster: str) -> dict[Key, Known]:
    """What is known of its groups and types; a mapping that may be added to."""
    return cast("dict[str, dict[Key, Known]]", kept("registered")).setdefault(cluster, {})


def recall(turn: Turn) -> None:
    """What is stored counts, as another function may have learned more."""
    if turn.own.learned:
        learned_of(turn.name).update(recalled(turn.own.learned.sizes))


def keep(executor: Executor, turn: Turn) -> None:
    """A race that is lost is made up for in the next round."""
    if any(each.item == LearnedSizes.item for each in turn.own.unread):
        return
    if after := stored(turn.name, learned_of(turn.name), turn.own.learned):
        executor.execute([Plan("", (Remember(turn.own.learned, after),))])
