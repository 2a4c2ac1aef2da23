"""Which AWS calls change something? All but those that only read, so that no list of them is kept by hand."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.delivery.front_door import WORLD_SERVICES

READS = ("Describe", "Get", "List")


def changes_in(aws_calls: Mapping[str, int]) -> dict[str, int]:
    """Of `service:Operation` with their number, those on the fleet; not what Ballast remembers and tells."""
    calls = ((call, *call.split(":")) for call in aws_calls)
    return {
        call: aws_calls[call]
        for call, service, operation in calls
        if service in WORLD_SERVICES and not operation.startswith(READS)
    }
