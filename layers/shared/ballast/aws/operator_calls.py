"""What the command line asks of AWS with the operator's own credentials; a CallFailedError says in one sentence what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.aws import eventbus
from ballast.aws.ledger import Books, Ledger
from ballast.aws.session import client


def caller() -> str:
    """The ARN of whoever runs this.

    It needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return str(client("sts").get_caller_identity()["Arn"])


def send(detail_type: str, detail: Mapping[str, Any]) -> None:
    """Put one event on the default bus; needs events:PutEvents. Raises TransientError when the bus did not take it."""
    eventbus.announce([(detail_type, detail)])


def books_of(cluster: str, table: str) -> Books:
    """What the ledger holds about the cluster; needs dynamodb:Query on the table."""
    return Ledger(table).books(cluster)
