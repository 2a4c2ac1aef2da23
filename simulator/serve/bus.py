"""The event bus of an emulator."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.serve.running import Tell


def client_at(url: str, service: str, **more: Any) -> Any:
    """Of the account and Region of the simulator; it tries again only for a short while."""
    return boto3.Session(ACCOUNT, "local", region_name=REGION).client(  # type: ignore[call-overload]  # any service
        service, endpoint_url=url, config=Config(retries={"total_max_attempts": 3}, read_timeout=70, **more)
    )


def bus_at(url: str) -> Tell:
    client = client_at(url, "events")
    return lambda entries: client.put_events(Entries=entries)
