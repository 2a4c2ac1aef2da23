"""What the command line asks of AWS with the operator's own credentials; whatever fails is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ballast.aws import eventbus
from ballast.aws.ledger import Books, Ledger
from ballast.aws.session import client, code
from ballast.errors import CallFailedError


def _in_words[**P, R](call: Callable[P, R]) -> Callable[P, R]:
    @wraps(call)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except ClientError as error:
            words = error.response.get("Error", {}).get("Message") or "no reason given"
            raise CallFailedError(f"AWS refused {error.operation_name} ({code(error)}): {words}") from error
        except BotoCoreError as error:
            raise CallFailedError(f"AWS could not be asked: {error}") from error

    return told


@_in_words
def caller() -> str:
    """The ARN of whoever runs this.

    It needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return str(client("sts").get_caller_identity()["Arn"])


@_in_words
def send(detail_type: str, detail: Mapping[str, Any]) -> None:
    """Put one event on the default bus; needs events:PutEvents. Raises TransientError when the bus did not take it."""
    eventbus.announce([(detail_type, detail)])


@_in_words
def books_of(cluster: str, table: str) -> Books:
    """What the ledger holds about the cluster; needs dynamodb:Query on the table."""
    return Ledger(table).books(cluster)
