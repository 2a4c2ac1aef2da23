from __future__ import annotations

from typing import Any

import pytest

from simulator.delivery.tables import TableError, Tables

LEDGER = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "cluster", "AttributeType": "S"},
        {"AttributeName": "item", "AttributeType": "S"},
    ],
    "KeySchema": [
        {"AttributeName": "cluster", "KeyType": "HASH"},
        {"AttributeName": "item", "KeyType": "RANGE"},
    ],
}
KEY = {"cluster": {"S": "c"}, "item": {"S": "i-1"}}
ABSENT = "attribute_not_exists(revision)"


def tables() -> Tables:
    return Tables({"L": LEDGER}, "123456789012", "us-east-1")


def put(ledger: Tables, revision: int = 1, **more: Any) -> None:
    item = {**KEY, "revision": {"N": str(revision)}}
    ledger.handle("PutItem", {"TableName": "L", "Item": item, **more})


def read(ledger: Tables) -> Any:
    return ledger.handle("GetItem", {"TableName": "L", "Key": KEY}).get("Item")


def claim(item: str, limit: int) -> list[dict[str, Any]]:
    """Put a disruption if absent and count it if the count is below the limit."""
    return [
        {
            "Put": {
                "TableName": "L",
                "Item": {"cluster": {"S": "c"}, "item": {"S": item}, "revision": {"N": "1"}},
                "ConditionExpression": ABSENT,
            }
        },
        {
            "Update": {
                "TableName": "L",
                "Key": {"cluster": {"S": "c"}, "item": {"S": "count"}},
                "UpdateExpression": "ADD n :one",
                "ConditionExpression": "attribute_not_exists(n) OR n < :limit",
                "ExpressionAttributeValues": {":one": {"N": "1"}, ":limit": {"N": str(limit)}},
            }
        },
    ]


def count(ledger: Tables) -> Any:
    key = {"cluster": {"S": "c"}, "item": {"S": "count"}}
    return ledger.handle("GetItem", {"TableName": "L", "Key": key})["Item"]["n"]


def test_an_item_is_put_read_and_queried() -> None:
    ledger = tables()
    put(ledger)
    query = {
        "TableName": "L",
        "KeyConditionExpression": "#c = :c",
        "ExpressionAttributeNames": {"#c": "cluster"},
        "ExpressionAttributeValues": {":c": {"S": "c"}},
    }

    assert read(ledger) == {**KEY, "revision": {"N": "1"}}
    assert ledger.handle("Query", query)["Count"] == 1


def test_a_failed_condition_is_the_right_error_and_shows_the_item() -> None:
    ledger = tables()
    put(ledger)

    with pytest.raises(TableError) as caught:
        put(
            ledger,
            revision=2,
            ConditionExpression=ABSENT,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert caught.value.code == "ConditionalCheckFailedException"
    assert caught.value.details["Item"]["revision"] == {"N": "1"}
    assert read(ledger)["revision"] == {"N": "1"}


def test_a_transaction_happens_whole() -> None:
    ledger = tables()
    ledger.handle("TransactWriteItems", {"TransactItems": claim("i-1", limit=2)})

    assert read(ledger) is not None
    assert count(ledger) == {"N": "1"}


def test_a_transaction_with_one_failed_condition_changes_nothing() -> None:
    ledger = tables()
    ledger.handle("TransactWriteItems", {"TransactItems": claim("i-0", limit=1)})

    with pytest.raises(TableError) as caught:
        ledger.handle("TransactWriteItems", {"TransactItems": claim("i-1", limit=1)})

    assert caught.value.code == "TransactionCanceledException"
    codes = [reason["Code"] for reason in caught.value.details["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"]
    assert read(ledger) is None
    assert count(ledger) == {"N": "1"}


def test_what_is_of_another_type_than_it_is_compared_with_does_not_match() -> None:
    """moto let Python refuse to compare a list with a number, which reached the function as an error of its own."""
    ledger = tables()
    ledger.handle(
        "PutItem", {"TableName": "L", "Item": {"cluster": {"S": "c"}, "item": {"S": "count"}, "n": {"L": []}}}
    )

    with pytest.raises(TableError) as refused:
        ledger.handle("TransactWriteItems", {"TransactItems": claim("i-1", 5)})

    assert refused.value.code == "TransactionCanceledException"
    assert read(ledger) is None


def test_what_dynamodb_forbids_is_refused() -> None:
    with pytest.raises(TableError, match="reserved keyword") as caught:
        put(tables(), ConditionExpression="attribute_not_exists(cluster)")

    assert caught.value.code == "ValidationException"


def test_a_table_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TableError) as caught:
        tables().handle("GetItem", {"TableName": "Other", "Key": KEY})

    assert caught.value.code == "ResourceNotFoundException"


def test_a_query_gives_one_partition_in_order_and_by_prefix() -> None:
    ledger = tables()
    for cluster, item in (("c", "i-2"), ("c", "i-1"), ("c", "count"), ("d", "i-3")):
        keys = {"cluster": {"S": cluster}, "item": {"S": item}}
        ledger.handle("PutItem", {"TableName": "L", "Item": {**keys, "more": {"M": {}}}})
    query = {
        "TableName": "L",
        "KeyConditionExpression": "#c = :c",
        "ExpressionAttributeNames": {"#c": "cluster"},
        "ExpressionAttributeValues": {":c": {"S": "c"}},
    }
    by_prefix = {
        **query,
        "KeyConditionExpression": "#c = :c AND begins_with(#i, :i)",
        "ExpressionAttributeNames": {"#c": "cluster", "#i": "item"},
        "ExpressionAttributeValues": {":c": {"S": "c"}, ":i": {"S": "i-"}},
    }

    def found(params: dict[str, Any]) -> list[str]:
        return [item["item"]["S"] for item in ledger.handle("Query", params)["Items"]]

    assert found(query) == ["count", "i-1", "i-2"]
    assert found(by_prefix) == ["i-1", "i-2"]
    assert found({**query, "ScanIndexForward": False}) == ["i-2", "i-1", "count"]
    assert found({**query, "Limit": 1}) == ["count"]
    assert found({**by_prefix, "FilterExpression": "attribute_not_exists(more)"}) == []
    assert found({**query, "ExpressionAttributeValues": {":c": {"S": "none"}}}) == []
