"""The event bus of an emulator."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.serve.running import Tell

MAKING = Lock()


@cache
def client_at(url: str, service: str) -> Any:
    """Of the account and Region of the simulator; it tries again only for a short while.

    A client may serve many threads, a session may not:
    https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """
    config = Config(retries={"total_max_attempts": 3}, read_timeout=70, max_pool_connections=50)
    with MAKING:
        session = boto3.Session(ACCOUNT, "local", region_name=REGION)
        return session.client(service, endpoint_url=url, config=config)  # type: ignore[call-overload]  # any service


def bus_at(url: str) -> Tell:
    client = client_at(url, "events")
    return lambda entries: client.put_events(Entries=entries)
