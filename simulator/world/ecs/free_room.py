"""Where could a task go? Hosts of a cluster by zone and free memory, so that placing stays cheap in large fleets."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Protocol


class Host(Protocol):
    """What the index must know of a host."""

    number: int
    free_cpu: int
    free_memory_mib: int
    ports: set[int]


class FreeRoom[H: Host]:
    """Each zone's hosts, sorted by free memory; `put` again whenever a host's free memory changes."""

    def __init__(self) -> None:
        self.zones: dict[str, list[tuple[int, int]]] = {}
        self._hosts: dict[int, H] = {}
        self._keys: dict[int, tuple[str, tuple[int, int]]] = {}

    def put(self, host: H, zone: str) -> None:
        self.remove(host)
        key = (host.free_memory_mib, host.number)
        insort(self.zones.setdefault(zone, []), key)
        self._keys[host.number] = (zone, key)
        self._hosts[host.number] = host

    def remove(self, host: H) -> None:
        known = self._keys.pop(host.number, None)
        if known is not None:
            zone, key = known
            keys = self.zones[zone]
            del keys[bisect_left(keys, key)]
            del self._hosts[host.number]

    def fullest_first(self, zone: str, memory_mib: int) -> Iterator[H]:
        """Hosts of the zone with at least `memory_mib` MiB free, the least free memory first."""
        keys = self.zones[zone]
        return (self._hosts[number] for _, number in keys[bisect_left(keys, (memory_mib, -1)) :])

    def emptiest_first(self, zone: str, memory_mib: int) -> Iterator[H]:
        for free_mib, number in reversed(self.zones[zone]):
            if free_mib < memory_mib:
                return
            yield self._hosts[number]

    def __iter__(self) -> Iterator[H]:
        return iter(self._hosts.values())

    def __len__(self) -> int:
        return len(self._hosts)
