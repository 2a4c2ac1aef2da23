"""What must be bought for tasks that wait? What finds room on nodes, then one pile after the other, as Karpenter piles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ballast.packing.problem import covers
from benchmarks.packing.baselines import plus
from benchmarks.rebalance.peers.picture import Picture

type Rooms = dict[str, list[int]]


def without_room(picture: Picture, wanted: Counter[str]) -> tuple[Counter[str], set[str]]:
    """What of it no node takes, ready or on its way, and the ids of the nodes that take some."""
    if not wanted:
        return Counter(), set()
    left, taken = _fill(picture, free_rooms(picture), wanted)
    return left, set(taken)


def placed(picture: Picture, rooms: Rooms, load: Counter[str]) -> Rooms | None:
    """The rooms once all of the load has found a place there, each task in the first that takes it; None if not all do."""
    left, taken = _fill(picture, rooms, load, give_up=True)
    return None if left else rooms | taken


def _fill(picture: Picture, rooms: Rooms, wanted: Counter[str], *, give_up: bool = False) -> tuple[Counter[str], Rooms]:
    """What has no place, and the rooms that took something, as they are then."""
    packed, left = picture.packed, Counter[str]()
    taken: Rooms = {}
    for name in (n for n in packed.names if wanted[n]):
        needs, number = packed.needs[packed.number[name]], wanted[name]
        pairs = [(column, amount) for column, amount in enumerate(needs) if amount]
        for i, untouched in rooms.items():
            room = taken.get(i, untouched)
            copies = min(number, *(room[column] // amount for column, amount in pairs))
            if copies > 0:
                taken[i] = plus(room, needs, -copies)
                number -= copies
                if not number:
                    break
        if number:
            left[name] = number
            if give_up:
                break
    return left, taken


def free_rooms(picture: Picture) -> Rooms:
    """By id: those that have joined first, then in the order of their names."""
    packed = picture.packed
    capacity = {pool.name: each for pool, each in zip(packed.pools, packed.capacity, strict=True)}
    found = {}
    for node in sorted(picture.nodes, key=lambda n: (not n.ready, n.id)):
        if node.host is None or node.ready:
            room = list(capacity[node.pool])
            for name, copies in node.load.items():
                room = plus(room, packed.needs[packed.number[name]], -copies)
            found[node.id] = room
    return found


def claims(picture: Picture, homeless: Counter[str]) -> Iterator[str]:
    """The pool of each claim: a pod goes to the open one with the fewest pods on which some type still holds everything."""
    packed = picture.packed
    open_claims: list[tuple[int, list[int]]] = []
    for name in (n for n in packed.names if homeless[n]):
        needs = packed.needs[packed.number[name]]
        for _ in range(homeless[name]):
            open_claims.sort(key=lambda claim: claim[0])
            index = next((i for i, c in enumerate(open_claims) if packed.some_type_holds(plus(c[1], needs))), None)
            if index is None:
                open_claims.append((1, list(needs)))
            else:
                pods, load = open_claims[index]
                open_claims[index] = (pods + 1, plus(load, needs))
    for _, load in open_claims:
        yield next(p.name for p, c in zip(packed.pools, packed.capacity, strict=True) if covers(c, load))


def cheapest_launches(picture: Picture, homeless: Counter[str]) -> list[str]:
    """The cheaper of the claims and of the best packing into instances of one type, by pool."""
    packed = picture.packed
    price = {pool.name: usd for pool, usd in zip(packed.pools, packed.price, strict=True)}
    options = [list(claims(picture, homeless))]
    for pool, capacity in zip(packed.pools, packed.capacity, strict=True):
        if all(covers(capacity, packed.needs[packed.number[name]]) for name in homeless):
            number = 1
            while _fill(picture, {str(i): list(capacity) for i in range(number)}, homeless)[0]:
                number += 1
            options.append([pool.name] * number)
    return min(options, key=lambda names: (sum(price[name] for name in names), len(names)))
