"""How many new instances take these tasks, if they are filled one after the other?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ballast.packing.model import Pool
from ballast.rebalance.asks import Ask
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part
from ballast.rebalance.pools import holds, room_to_grow, takes
from ballast.rebalance.receivers import less


def needed(ground: Ground, home: tuple[Part, Pool], copies: Mapping[str, int], usd: float) -> int:
    """How many new ones take the rest for at most so many USD per hour; 0 if they do not.

    Headroom, which has other names than tasks, they do not take.
    """
    group, pool = home[0].group, home[1]
    asks = [ground.asks.by_name[name] for name in copies if name in ground.asks.by_name]
    if group is None or len(asks) < len(copies) or least_instances(pool, asks, copies) * pool.price_usd_per_hour > usd:
        return 0
    if not all(takes(ground, group, ask) for ask in asks):
        return 0
    return filled(pool, asks, copies, min(room_to_grow(group), int(usd / pool.price_usd_per_hour + 1e-9)))


def least_instances(pool: Pool, asks: Sequence[Ask], copies: Mapping[str, int]) -> int:
    """No plan needs fewer: what the scarcest resource wants, were tasks divisible."""
    wanted: Counter[str] = Counter()
    for ask in asks:
        wanted.update({name: amount * copies[ask.name] for name, amount in ask.requirements.items()})
    return max(
        (-(-amount // pool.capacity[name]) for name, amount in wanted.items() if pool.capacity.get(name)), default=0
    )


def filled(pool: Pool, asks: Sequence[Ask], copies: Mapping[str, int], most: int) -> int:
    """How many take them one after the other, those of the most memory first, as a trial does; 0 if more than `most`."""
    rooms: list[dict[str, int]] = []
    for ask in sorted(asks, key=lambda ask: (-ask.requirements.get("memory", 0), ask.name)):
        for _ in range(copies[ask.name]):
            room = next((room for room in rooms if holds(room, ask)), None)
            if room is None:
                if len(rooms) == most:
                    return 0
                room = dict(pool.capacity)
                rooms.append(room)
            less(room, [(ask, 1)])
    return len(rooms)
