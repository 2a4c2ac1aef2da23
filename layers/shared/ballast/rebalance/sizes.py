"""What is remembered of what instances had? The least of each group and type, until none has been that small for long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.rebalance.learned import Registered
from ballast.records.rebalancing import LearnedSize, LearnedSizes
from ballast.value import dataclass

OUTDATED = timedelta(
    days=14
)  # a size that no instance had any more, while others were there: another image, other settings
MOST = 100  # groups and types of a cluster; an item of DynamoDB has 400 KB, of which one takes about one
SEVERAL = 2  # instances, as which a stored size counts: only what the next one is sure to have was stored

type Key = tuple[str, str]  # group and type


@dataclass(frozen=True, slots=True)
class Known:
    """`seen_on`: the day on which one was last there that had no more."""

    registered: Registered
    seen_on: datetime


def least_of(before: Known | None, registered: Registered, now: datetime) -> Known:
    """The least that was seen, with the attributes of those that are there; `registered`: the least of these."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if before is None or today - before.seen_on > OUTDATED:
        return Known(registered, today)
    least = before.registered.and_also(registered).capacity
    as_small = all(registered.capacity.get(name) == amount for name, amount in least.items())
    return Known(replace(registered, capacity=least), today if as_small else before.seen_on)


def stored(cluster: str, known: Mapping[Key, Known], before: LearnedSizes | None) -> LearnedSizes | None:
    """What is to be kept from now on; None where that is kept already."""
    newest = sorted(known, key=lambda key: (-known[key].seen_on.timestamp(), key))[:MOST]
    sizes = tuple(_size(key, known[key]) for key in sorted(newest))
    if sizes == (before.sizes if before else ()):
        return None
    return LearnedSizes(cluster, sizes, before.revision + 1 if before else 0)


def recalled(sizes: Iterable[LearnedSize]) -> dict[Key, Known]:
    return {
        (each.group, each.instance_type): Known(
            Registered(each.capacity, dict(map(_named, each.attributes)), each.trunked, SEVERAL), each.seen_on
        )
        for each in sizes
    }


def _size(key: Key, known: Known) -> LearnedSize:
    had = known.registered
    names = sorted(name if value is None else f"{name}={value}" for name, value in had.sure.items())
    return LearnedSize(*key, dict(had.capacity), tuple(names), had.trunked, known.seen_on)


def _named(text: str) -> tuple[str, str | None]:
    """Names of attributes have no equals sign: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Attribute.html."""
    name, equals, value = text.partition("=")
    return name, value if equals else None
