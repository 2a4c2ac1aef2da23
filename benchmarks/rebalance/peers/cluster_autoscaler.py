"""A model, not the program, of Kubernetes' Cluster Autoscaler with its defaults, on one Auto Scaling group a type.

From https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md: a loop every 10 s. Scale-up: what the
coming nodes do not take is packed, for each group apart, first fit decreasing; the expander `least-waste` takes the group
with the least idle CPU and memory after that, among those that take the most pods. Scale-down: a node is unneeded while
its requests are below 50 % (of CPU, of memory, of GPUs for one with GPUs) and its pods fit elsewhere; after 10 minutes of
that, and none within 10 minutes of a scale-up, it goes: empty nodes up to 10 at once, of the others one at a time.

In its favour: what it reads is never late and costs nothing. The draining is that of ECS, which starts a replacement
first; Cluster Autoscaler evicts without one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ballast.packing.model import Shape
from ballast.packing.problem import covers
from benchmarks.packing.baselines import plus
from benchmarks.rebalance.mixes import Mix
from benchmarks.rebalance.peers.hands import Program, drain, end, is_empty, launch
from benchmarks.rebalance.peers.picture import Picture, Seen
from benchmarks.rebalance.peers.provisioning import free_rooms, placed, without_room
from simulator.world import World

LOOP_S = 10.0
THRESHOLD = 0.5
UNNEEDED_S, AFTER_ADD_S = 600.0, 600.0
EMPTY_AT_ONCE = 10


@dataclass(slots=True)
class ClusterAutoscaler:
    world: World
    mix: Mix
    shapes: Sequence[Shape]
    unneeded_since: dict[str, float] = field(default_factory=dict)
    grew_at_s: float = float("-inf")

    def program(self) -> Program:
        while True:
            picture = Picture(self.world, self.mix, self.shapes)
            self._scale_up(picture)
            self._scale_down(picture)
            yield LOOP_S

    def _scale_up(self, picture: Picture) -> None:
        homeless, _ = without_room(picture, picture.pending)
        if not homeless:
            return
        options = [(pool.name, *_packed(picture, index, homeless)) for index, pool in enumerate(picture.packed.pools)]
        options = [each for each in options if each[1]]
        if not options:
            return
        most = max(taken for _, _, taken, _ in options)
        name, nodes, _, _ = min((o for o in options if o[2] == most), key=lambda o: (o[3], o[0]))
        launch(self.world, name, nodes)
        self.grew_at_s = self.world.clock.now_s

    def _scale_down(self, picture: Picture) -> None:
        now_s = self.world.clock.now_s
        for node in picture.leaving:
            if is_empty(node):
                end(self.world, node)
        unneeded = _unneeded(picture)
        self.unneeded_since = {n.id: self.unneeded_since.get(n.id, now_s) for n in unneeded}
        if now_s - self.grew_at_s < AFTER_ADD_S:
            return
        due = [n for n in unneeded if now_s - self.unneeded_since[n.id] >= UNNEEDED_S]
        empty = [n for n in due if not n.tasks][:EMPTY_AT_ONCE]
        busy = [n for n in due if n.tasks][: 0 if picture.leaving else 1]
        for node in empty or busy:
            drain(self.world, node)


def _packed(picture: Picture, index: int, homeless: Counter[str]) -> tuple[int, int, float]:
    """Of one group: instances, pods that they take, and what share of their CPU and memory stays idle."""
    packed = picture.packed
    capacity = packed.capacity[index]
    rooms: list[list[int]] = []
    taken = 0
    for name in (n for n in packed.names if homeless[n]):
        needs = packed.needs[packed.number[name]]
        if not covers(capacity, needs):
            continue
        for _ in range(homeless[name]):
            home = next((i for i, room in enumerate(rooms) if covers(room, needs)), len(rooms))
            if home == len(rooms):
                rooms.append(list(capacity))
            rooms[home] = plus(rooms[home], needs, -1)
            taken += 1
    both = [picture.columns[r] for r in ("cpu", "memory")]
    idle = sum(room[c] / capacity[c] for room in rooms for c in both) / max(1, 2 * len(rooms))
    return len(rooms), taken, idle


def _unneeded(picture: Picture) -> list[Seen]:
    """In their order; the pods of each must fit beside those of the ones before."""
    rooms = free_rooms(picture)
    found = []
    for node in (n for n in picture.nodes if n.ready and _utilisation(picture, n) < THRESHOLD):
        others = {i: room for i, room in rooms.items() if i != node.id}
        after = placed(picture, others, node.load)
        if after is not None:
            rooms = after
            found.append(node)
    return found


def _utilisation(picture: Picture, node: Seen) -> float:
    packed = picture.packed
    capacity = next(c for p, c in zip(packed.pools, packed.capacity, strict=True) if p.name == node.pool)
    used = [0] * len(capacity)
    for name, copies in node.load.items():
        used = plus(used, packed.needs[packed.number[name]], copies)
    gpu = picture.columns.get("gpu")
    names = ("gpu",) if gpu is not None and capacity[gpu] else ("cpu", "memory")
    return max(used[picture.columns[r]] / capacity[picture.columns[r]] for r in names)
