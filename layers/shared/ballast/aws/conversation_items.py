"""How do we read and write single items of the Conversations table, conditionally, with errors in our words?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ballast import clock
from ballast.aws.session import client, code
from ballast.errors import TransientError

KEY = "conversation"
KEPT = timedelta(days=30)
BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "InternalServerError",
        "ServiceUnavailable",
    }
)

type Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Every item expires 30 days after its last write."""

    name: str

    def get(self, key: str) -> Item | None:
        with _errors_translated():
            answer = client("dynamodb").get_item(TableName=self.name, Key={KEY: {"S": key}}, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def get_many(self, keys: list[str]) -> list[Item]:
        """At most 100 (API_BatchGetItem); the order is DynamoDB's."""
        asked = {"Keys": [{KEY: {"S": key}} for key in keys], "ConsistentRead": True}
        with _errors_translated():
            answer = client("dynamodb").batch_get_item(RequestItems={self.name: asked})
        if answer.get("UnprocessedKeys"):
            raise TransientError("DynamoDB is too busy to read the Conversations table.")
        return list(answer["Responses"].get(self.name, []))

    def put(self, key: str, fields: Item) -> None:
        with _errors_translated():
            client("dynamodb").put_item(TableName=self.name, Item=_whole(key, fields))

    def put_if(self, key: str, fields: Item, unchanged: Item | None) -> bool:
        """Write if `unchanged` (some fields as they were read) still holds, or if the item is new where it is None."""
        condition: dict[str, Any] = {"ConditionExpression": f"attribute_not_exists({KEY})"}
        if unchanged is not None:
            marks = {f"#{n}": name for n, name in enumerate(unchanged)}
            condition = {
                "ConditionExpression": " AND ".join(f"#{n} = :{n}" for n in range(len(unchanged))),
                "ExpressionAttributeNames": marks,
                "ExpressionAttributeValues": {f":{n}": value for n, value in enumerate(unchanged.values())},
            }
        return self._conditional(
            lambda: client("dynamodb").put_item(TableName=self.name, Item=_whole(key, fields), **condition)
        )

    def put_first(self, key: str, fields: Item) -> Item:
        """The item that stands afterwards: this one, or the one that was there before."""
        while not self.put_if(key, fields, unchanged=None):
            if standing := self.get(key):
                return standing
        return _whole(key, fields)

    def change_sets(self, key: str, verb: str, sets: dict[str, set[str]], revision: int | None = None) -> None:
        """ADD to or DELETE from string sets; with a revision only if it still holds, and an ADD raises it."""
        filled = {name: {"SS": sorted(values)} for name, values in sets.items() if values}
        changes = ", ".join(f"{name} :{name}" for name in filled)
        values: Item = {f":{name}": value for name, value in filled.items()}
        arguments: dict[str, Any] = {}
        if verb == "ADD":
            changes += ", revision :one"
            values[":one"] = {"N": "1"}
        if revision is not None:
            arguments["ConditionExpression"] = "revision = :revision"
            values[":revision"] = {"N": str(revision)}
        self._conditional(
            lambda: client("dynamodb").update_item(
                TableName=self.name,
                Key={KEY: {"S": key}},
                UpdateExpression=f"{verb} {changes}",
                ExpressionAttributeValues=values,
                **arguments,
            )
        )

    def delete(self, key: str) -> None:
        with _errors_translated():
            client("dynamodb").delete_item(TableName=self.name, Key={KEY: {"S": key}})

    def _conditional(self, write: Callable[[], object]) -> bool:
        try:
            with _errors_translated():
                write()
        except ClientError as error:
            if code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True


def _whole(key: str, fields: Item) -> Item:
    expires_at = int((clock.utc_now() + KEPT).timestamp())
    return {KEY: {"S": key}, **fields, "expires_at": {"N": str(expires_at)}}


@contextmanager
def _errors_translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if code(error) in BUSY:
            raise TransientError(f"DynamoDB is busy: {error}") from error
        raise
    except BotoCoreError as error:
        raise TransientError(f"DynamoDB did not answer: {error}") from error
