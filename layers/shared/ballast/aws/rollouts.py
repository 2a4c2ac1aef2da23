"""The rollouts of some kinds of hosts, for who needs nothing else of the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from ballast.aws.codec import value
from ballast.aws.ledger_items import read_all
from ballast.aws.table import Table
from ballast.records.rollout import Rollout


def rollouts(table: str, cluster: str, kinds: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Rollout]:
    """By variant and architecture. Raises TransientError or CallFailedError where the ledger does not answer."""
    keys = ({"cluster": value(cluster), "item": value(f"rollout#{variant}#{arch}")} for variant, arch in kinds)
    found, _ = read_all(Rollout, Table(table).get_many(keys))
    return {(rollout.variant, rollout.arch): rollout for rollout in found}
