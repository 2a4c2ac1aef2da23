"""Whose turn it is, as the ledger and the tags of the cluster tell."""

from __future__ import annotations

from ballast.aws.ledger import Ledger
from ballast.policy.rebalance_settings import Asked
from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.shell.rebalance_books import Turn, turn_of
from tests.ballast.aws.test_ledger import ledger  # noqa: F401 - its fixture
from tests.builders import a_cluster


def a_turn(ledger: Ledger, tags: dict[str, str] | None = None) -> Turn:  # noqa: F811 - the fixture's value
    cluster = a_cluster(tags=tags or {})
    return turn_of(ledger, cluster, Asked(RebalancePolicy(rebalance=Rebalance.ON)), Rebalance.ON, ())


def test_a_tag_that_cannot_be_read_stops_what_begins_as_one_of_the_policy_does(ledger: Ledger) -> None:  # noqa: F811 - the same
    turn = a_turn(ledger, {"ballast:rebalance-windows": "at night"})

    assert [name for name, _, _ in turn.cluster.policy.unreadable] == ["ballast:rebalance-windows"]
    assert turn.asked.unreadable == turn.cluster.policy.unreadable
