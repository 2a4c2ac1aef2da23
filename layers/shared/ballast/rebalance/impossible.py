"""Which tasks can run nowhere, however much is launched? One page each: what it needs, what is offered, and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ballast.rebalance.acts import Page
from ballast.rebalance.asks import Ask, offered
from ballast.rebalance.demand import waits
from ballast.rebalance.ground import Ground, clean, zones
from ballast.rebalance.parts import Mode, Part
from ballast.rebalance.pools import holds
from ballast.rebalance.snapshot import Offer, Snapshot

AGAIN = timedelta(hours=4)
UNITS = {"cpu": "CPU units", "memory": "MiB of memory", "gpu": "GPUs", "eni": "network interfaces"}


def impossible(ask: Ask, parts: Iterable[Part]) -> str:
    """In a sentence why no type of these groups takes even one copy; "" where one may, or what they offer is unknown."""
    parts = tuple(parts)
    offers = [(part, offer) for part in parts if part.group for offer in part.group.offers]
    if not offers or any(not part.group or not part.group.offers for part in parts):
        return ""
    if ask.unknown:
        return f"{ask.group} cannot be placed by plan: {ask.unknown}"
    named = " or ".join(sorted({part.name for part, _ in offers}))
    for resource, asked in ask.requirements.items():
        largest = max(_has(offer, resource) for _, offer in offers)
        if asked > largest:
            unit = UNITS.get(resource, resource)
            return f"a task of {ask.group} asks for {asked:,} {unit}; the largest instance of {named} has {largest:,}"
    welcome = [(p, o) for p, o in offers if p.group and offered(o, ask, zones(p.group))]
    if not welcome:
        wanted = (*sorted(ask.attributes), *ask.expressions)
        return f"a task of {ask.group} asks for {' and '.join(wanted)}, which no instance of {named} is known to have"
    if any(holds(clean(offer.capacity), ask) for _, offer in welcome):
        return ""
    return f"no instance type of {named} has all that a task of {ask.group} asks for at once"


def homes_of(ground: Ground, part: Part) -> tuple[Part, ...]:
    """The parts whose groups may be resized for it: its own, or each without a provider for tasks by launch type."""
    if part.of_provider:
        return (part,)
    free = [p for p in ground.parts if not p.of_provider and p.group and p.mode is Mode.OWN]
    return tuple(free) or (part,)


def waiting(ground: Ground, part: Part) -> dict[str, int]:
    """Copies by ask that wait for room which a launch might bring: what is impossible keeps nothing else from being done."""
    homes = homes_of(ground, part)
    return {name: n for name, n in waits(ground, part).items() if not impossible(ground.asks.by_name[name], homes)}


def page(snapshot: Snapshot, key: str, sentence: str, now: datetime) -> tuple[Page, ...]:
    """At most every four hours."""
    last = snapshot.told.get(key)
    return () if last and now - last < AGAIN else (Page(key, sentence),)


def lacks(provider: str, *, spare: bool) -> str:
    """The key of the page where nothing can be launched for tasks that wait, or for headroom only."""
    return f"no {'headroom' if spare else 'capacity'} {provider}"


def smallest(part: Part, ask: Ask) -> Offer | None:
    """The type of the group that excludes the task from managed scaling: the smallest, if it does not take it."""
    if part.group is None or not part.group.offers:
        return None
    least = min(part.group.offers, key=lambda o: (o.capacity.get("memory", 0), o.capacity.get("cpu", 0)))
    return None if holds(clean(least.capacity), ask) and offered(least, ask, zones(part.group)) else least


def _has(offer: Offer, resource: str) -> int:
    return max(0, offer.capacity.get(resource, 1 if resource.startswith("port:") else 0))
