"""Which tasks have no place? Those that should run and are on no instance, less what existing and coming room takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from ballast.rebalance.ground import Ground, live
from ballast.rebalance.parts import Part
from ballast.rebalance.pools import coming, least
from ballast.rebalance.receivers import Coming, Places
from ballast.rebalance.services import bounds
from ballast.rebalance.snapshot import Workload
from ballast.value import dataclass

COMES = timedelta(minutes=15)  # within which an instance that is launched joins


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Of one part: copies by ask that nothing takes, and since when the first of them waits."""

    copies: Mapping[str, int]
    since: datetime | None

    @property
    def tasks(self) -> int:
        return sum(self.copies.values())


def waits(ground: Ground, part: Part) -> Mapping[str, int]:
    """Copies by ask that should run in this part and are on no instance, whether or not there is room."""
    missing: Counter[str] = Counter()
    for workload in ground.snapshot.services.values():
        if not workload.daemon and workload.copy and (number := _share(ground, part, workload)):
            missing[ground.asks.of(workload.copy).name] += number
    for waiting in ground.snapshot.waiting:
        if waiting.provider == part.of_provider and _is_theirs(ground, part):
            missing[ground.asks.of(waiting.task).name] += 1
    return missing


def shortfall(ground: Ground, part: Part, wanted: Mapping[str, int]) -> Shortfall:
    """What of `wanted` finds room neither on what serves nor on what is on its way."""
    if not wanted:
        return Shortfall({}, None)
    anywhere = ground.parts if not part.of_provider else (part,)
    there = [i for each in anywhere for i in live(each)]
    on_its_way = Coming([room for each in anywhere for room in _on_its_way(ground, each)])
    places = Places(ground, there, wanted, asked=(), coming=on_its_way)
    left = places.homeless_tasks
    names = {ground.asks.by_name[name].group for name in left}
    times = [w.short_since for n, w in ground.snapshot.services.items() if f"service:{n}" in names and w.short_since]
    times += [w.since for w in ground.snapshot.waiting if w.task.group in names]
    return Shortfall(left, min(times, default=None))


def missing(workload: Workload) -> int:
    """Tasks that ECS would start if it had room: of the newest deployment, and within the maximum percent."""
    if workload.starts_none:
        return 0
    service = workload.service
    placed = service.running + service.pending if workload.placed is None else workload.placed
    newest = placed if workload.primary_placed is None else workload.primary_placed
    return max(0, min(service.desired - newest, bounds(workload)[1] - placed))


def _share(ground: Ground, part: Part, workload: Workload) -> int:
    """Of the missing tasks those of this part, by the weights of its providers; the largest remainders round up."""
    number = missing(workload)
    if not workload.providers:
        return number if not part.of_provider and _is_theirs(ground, part) else 0
    weights = {p: max(0, w) for p, w in workload.providers.items()}
    total = sum(weights.values()) or len(weights)
    shares = {p: number * (w if sum(weights.values()) else 1) / total for p, w in sorted(weights.items())}
    whole = {p: int(share) for p, share in shares.items()}
    for p in sorted(shares, key=lambda p: (whole[p] - shares[p], p))[: number - sum(whole.values())]:
        whole[p] += 1
    return whole.get(part.of_provider, 0) if part.of_provider else 0


def _is_theirs(ground: Ground, part: Part) -> bool:
    """Tasks by launch type run anywhere: they are counted with the first group that has no provider and may be resized."""
    if part.of_provider:
        return True
    return part is next((p for p in ground.parts if not p.of_provider and p.mode != "report"), None)


def _on_its_way(ground: Ground, part: Part) -> list[dict[str, int]]:
    """Room of instances that are starting, or that the group or ECS has yet to show: the least of its types.

    What has not come a while after the group was last resized is not on its way, nor what it wants and is known to be short.
    """
    group = part.group
    if group is None or not group.offers:
        return []
    seen, registered = group.capacity, {i.id for i in part.instances}
    number = len(seen.starting - registered)
    if group.desired_since is None or ground.now - group.desired_since < COMES:
        number += len(seen.in_service - registered) + (seen.missing if coming(ground, group) else 0)
    return [least(group.offers)] * number
