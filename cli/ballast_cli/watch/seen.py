"""What is seen of one cluster at one moment; a part that could not be asked is None, and `unknown` says why in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ballast.value import dataclass
from ballast_cli.drawing.standing import Standing
from ballast_cli.going_on import GoingOn, document


@dataclass(frozen=True, slots=True)
class Reported:
    """What the last daily report of rebalancing said: USD an hour that no plan is below, and who blocks, in its lines."""

    at: str
    bound: float | None
    blocked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """`interfaces`: whether those in use are known."""

    cluster: str
    going_on: GoingOn | None
    fleet: tuple[Standing, ...] | None
    reported: Reported | None
    currency: str = "USD"
    interfaces: bool = True
    unknown: tuple[str, ...] = ()


def as_document(seen: Seen, now: datetime) -> Mapping[str, Any]:
    known = document(seen.going_on, now) if seen.going_on else {"cluster": seen.cluster}
    return {
        **known,
        "fleet": None if seen.fleet is None else [asdict(each) for each in seen.fleet],
        "interfaces_known": seen.interfaces,
        "currency": seen.currency,
        "reported": None if seen.reported is None else asdict(seen.reported),
        "unknown": seen.unknown,
    }
