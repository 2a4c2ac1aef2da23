"""Where do clients come from? One per service and execution environment, with the retries that we want."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

THROTTLED = frozenset({"ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException"})


@cache
def client(service: str) -> Any:
    """The boto3 client of a service, made once.

    Standard retry mode backs off and honours throttling within the invocation
    (https://docs.aws.amazon.com/boto3/latest/guide/retries.html); whatever fails after that goes back to the queue.
    """
    config = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=10)
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def code(error: ClientError) -> str:
    """The error code that AWS gave, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
