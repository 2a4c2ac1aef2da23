"""What gives way in the ledger where nobody can read it: only what has to."""

from __future__ import annotations

import boto3

from ballast.aws.ledger import Ledger
from ballast.aws.ledger_repairs import count_anew, write_anyway
from ballast.aws.table import Table
from ballast.records.kept import Kept
from tests.ballast.update.rollouts import a_rollout
from tests.builders import CLUSTER, a_scale_in, a_voluntary

FORCED, VOLUNTARY = a_scale_in(revision=1), a_voluntary(revision=1)


def spoil(record: Kept) -> None:
    """What stands in its place says nothing that anybody can read."""
    item = {"cluster": {"S": record.cluster}, "item": {"S": record.item}, "revision": {"N": "7"}, "phase": {"S": "?"}}
    boto3.client("dynamodb").put_item(TableName="ledger", Item=item)


def test_only_a_forced_drain_takes_the_place_of_what_nobody_can_read(ledger: Ledger) -> None:
    rollout = a_rollout(revision=1, image_id=None)
    for record in (FORCED, rollout):
        spoil(record)

    assert not write_anyway(Table(ledger.table), None, VOLUNTARY)
    assert not write_anyway(Table(ledger.table), None, rollout)
    assert write_anyway(Table(ledger.table), None, FORCED)
    assert ledger.open(CLUSTER)[0] == (FORCED,)


def test_what_can_be_read_gives_way_to_nothing(ledger: Ledger) -> None:
    ledger.write(None, FORCED)

    assert not write_anyway(Table(ledger.table), None, a_scale_in(revision=5))
    assert not write_anyway(Table(ledger.table), None, a_scale_in(instance_id="i-0fedcba9876543210"))


def test_a_count_that_nobody_can_read_is_that_of_the_drains_that_take_budget(ledger: Ledger) -> None:
    ledger.write(None, VOLUNTARY, budget=5)
    count = {"cluster": {"S": CLUSTER}, "item": {"S": "#in-flight"}}
    table = boto3.client("dynamodb")
    table.put_item(TableName="ledger", Item={**count, "in_flight": {"S": "many"}})

    count_anew(Table(ledger.table), CLUSTER, ledger.books(CLUSTER))

    assert table.get_item(TableName="ledger", Key=count)["Item"]["in_flight"] == {"N": "1"}
