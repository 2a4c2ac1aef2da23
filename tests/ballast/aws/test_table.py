"""One access to DynamoDB: single changes, transactions, and reads that come in parts."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ballast.aws.table import ROUNDS_MOST, Table, absent, unchanged
from ballast.errors import CallFailedError, LostRaceError, TransientError
from tests.aws_stubs import Stubs

TABLE = Table("things")
KEY: dict[str, Any] = {"name": {"S": "a"}}
OTHER: dict[str, Any] = {"name": {"S": "b"}}
NAMED = {"TableName": "things"}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


def leaves(aws: Stubs, asked: list[dict[str, Any]], found: list[dict[str, Any]], left: list[dict[str, Any]]) -> None:
    def wanted(keys: list[dict[str, Any]]) -> dict[str, Any]:
        return {"things": {"Keys": keys, "ConsistentRead": True}}

    answer: dict[str, Any] = {"Responses": {"things": found}}
    if left:
        answer["UnprocessedKeys"] = wanted(left)
    aws.answers("dynamodb", "batch_get_item", {"RequestItems": wanted(asked)}, answer)


def test_what_dynamodb_leaves_unread_is_asked_for_again_after_longer_and_longer_pauses(
    aws: Stubs, pauses: list[float]
) -> None:
    leaves(aws, [KEY, OTHER], [], [KEY, OTHER])
    leaves(aws, [KEY, OTHER], [OTHER], [KEY])
    leaves(aws, [KEY], [KEY], [])

    assert list(TABLE.get_many([KEY, OTHER])) == [OTHER, KEY]
    assert pauses == [0.05, 0.1]


def test_a_table_that_stays_too_busy_is_worth_another_try_later(aws: Stubs, pauses: list[float]) -> None:
    for _ in range(ROUNDS_MOST):
        leaves(aws, [KEY], [], [KEY])

    with pytest.raises(TransientError, match="too busy to read all that was asked of the table things"):
        list(TABLE.get_many([KEY]))
    assert len(pauses) == ROUNDS_MOST - 1


def test_keys_are_asked_for_a_hundred_at_a_time_and_none_needs_no_call(aws: Stubs) -> None:
    keys = [{"name": {"S": str(number)}} for number in range(101)]
    leaves(aws, keys[:100], keys[:1], [])
    leaves(aws, keys[100:], keys[100:], [])

    assert list(TABLE.get_many(keys)) == [keys[0], keys[100]]
    assert list(TABLE.get_many([])) == []


def test_one_change_is_one_call_and_several_are_a_transaction(aws: Stubs) -> None:
    condition = {"ConditionExpression": "attribute_not_exists(revision)"}
    aws.answers("dynamodb", "put_item", {**NAMED, "Item": KEY, **condition}, {})
    aws.answers("dynamodb", "delete_item", {**NAMED, "Key": KEY}, {})
    values = {":one": {"N": "1"}}
    update = {**NAMED, "Key": KEY, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": values}
    aws.answers("dynamodb", "update_item", update, {})
    held = {
        "ConditionExpression": "revision = :revision AND told = :told",
        "ExpressionAttributeValues": {":revision": {"N": "3"}, ":told": {"BOOL": True}},
    }
    both = [{"Delete": {**NAMED, "Key": KEY, **held}}, {"Update": update}]
    aws.answers("dynamodb", "transact_write_items", {"TransactItems": both}, {})

    count = TABLE.update(KEY, "ADD n :one", values)
    TABLE.write(TABLE.put(KEY, absent("revision")))
    TABLE.write(TABLE.delete(KEY))
    TABLE.write(count)
    TABLE.write(TABLE.delete(KEY, unchanged({"revision": {"N": "3"}, "told": {"BOOL": True}})), count)


@pytest.mark.parametrize("code", ["ConditionalCheckFailedException", "TransactionConflictException"])
def test_a_condition_that_does_not_hold_is_a_lost_race(aws: Stubs, code: str) -> None:
    aws.refuses("dynamodb", "put_item", code)

    with pytest.raises(LostRaceError, match="things have changed meanwhile"):
        TABLE.write(TABLE.put(KEY))


def test_a_cancelled_transaction_is_a_lost_race_and_a_wrong_one_is_not(aws: Stubs) -> None:
    change = TABLE.put(KEY)
    aws.refuses("dynamodb", "transact_write_items", "TransactionCanceledException")
    aws.refuses("dynamodb", "transact_write_items", "ValidationException")

    with pytest.raises(LostRaceError):
        TABLE.write(change, change)
    with pytest.raises(CallFailedError, match="ValidationException"):
        TABLE.write(change, change)
