"""A model, not the program, of Karpenter 1.14 (kubernetes-sigs/karpenter, `pkg/controllers`) on Auto Scaling groups.

Provisioning (provisioning/scheduling): pods by CPU, then memory, go to existing nodes, then to those in flight, then to new
claims, each bought as the cheapest type that holds its pile: here one more instance of that type's group. Disruption
(disruption/controller.go): emptiness, multi-node, single-node; a command waits 15 s and is proven again (validation.go),
its replacement comes first and its candidates drain once that has joined (queue.go); 10 % of the nodes at a time, rounded
up. `Balanced` (disruption/balanced.go, designs/balanced-consolidation.md): a command is given if its share of the cost
saved is at least half of its share of the disruption, where each node and each of its pods count 1.

In its favour: what it reads is never late and costs nothing. It provisions every 10 s, and looks for a consolidation
every 30 s, or not at all while nothing has changed; `consolidateAfter` is its default of 0 s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ballast.packing.model import Shape
from benchmarks.packing.karpenter import Command, KarpenterFleet
from benchmarks.rebalance.mixes import Mix, pools
from benchmarks.rebalance.peers.hands import Program, drain, end, is_empty, launch
from benchmarks.rebalance.peers.picture import Picture
from benchmarks.rebalance.peers.provisioning import claims, without_room
from simulator.world import World

LOOKS_S, DISRUPTS_S, AGAIN_S = 10.0, 30.0, 300.0
VALIDATES_S, NOMINATED_S = 15.0, 20.0
BUDGET = 0.1
K = 2  # of Balanced


@dataclass(slots=True)
class Move:
    """A command that is being done."""

    candidates: frozenset[str]
    waits_for: frozenset[str]
    drains: bool = False


@dataclass(slots=True)
class Karpenter:
    world: World
    mix: Mix
    shapes: Sequence[Shape]
    balanced: bool
    moves: list[Move] = field(default_factory=list)
    proposed: tuple[float, frozenset[str]] | None = None  # when it is validated
    looked_at: tuple[float, object] = (-math.inf, None)
    nominated: dict[str, float] = field(default_factory=dict)

    def program(self) -> Program:
        while True:
            picture = Picture(self.world, self.mix, self.shapes)
            self._provision(picture)
            self._go_on(picture)
            self._disrupt(picture)
            yield LOOKS_S

    def _provision(self, picture: Picture) -> None:
        homeless, used = without_room(picture, picture.pending)
        self.nominated |= dict.fromkeys(used, self.world.clock.now_s + NOMINATED_S)
        for pool in claims(picture, homeless):
            launch(self.world, pool)

    def _go_on(self, picture: Picture) -> None:
        """Drain once the replacement has joined; end what is empty."""
        nodes = {n.id: n for n in picture.nodes}
        leaving = {n.id: n for n in picture.leaving}
        for move in list(self.moves):
            if not move.drains and all(i in nodes and nodes[i].ready for i in move.waits_for):
                for i in sorted(move.candidates & nodes.keys()):
                    drain(self.world, nodes[i])
                move.drains = True
            elif move.drains:
                for i in sorted(move.candidates & leaving.keys()):
                    if is_empty(leaving[i]):
                        end(self.world, leaving[i])
                if not move.candidates & leaving.keys():
                    self.moves.remove(move)

    def _disrupt(self, picture: Picture) -> None:
        now_s = self.world.clock.now_s
        if self.proposed is not None:
            due_s, candidates = self.proposed
            if now_s >= due_s:
                self.proposed = None
                self._validate(picture, candidates)
            return
        last_s, state = self.looked_at
        if now_s - last_s < DISRUPTS_S or (now_s - last_s < AGAIN_S and picture.state == state):
            return
        self.looked_at = (now_s, picture.state)
        fleet, ids, among = self._fleet(picture)
        budget = math.ceil(BUDGET * len(picture.nodes)) - len(self._going(picture))
        if budget > 0 and (command := fleet.command(budget, among=among, approves=self._approves(fleet))):
            self.proposed = now_s + VALIDATES_S, frozenset(ids[i] for i in command.candidates)

    def _validate(self, picture: Picture, candidates: frozenset[str]) -> None:
        """The same candidates must still be able to go, and it must still pay; else the command is forgotten."""
        fleet, ids, among = self._fleet(picture)
        chosen = [i for i in fleet.load if ids[i] in candidates and i in among]
        chosen.sort(key=lambda i: -fleet.price(i) / (1 + sum(fleet.load[i].values())))
        command = fleet.simulate(chosen) if len(chosen) == len(candidates) else None
        if command is None or not self._approves(fleet)(command):
            return
        waits_for: set[str] = set()
        if command.new is not None:
            group = self.world.groups.groups[fleet.world.pools[command.new[0]].name]
            before = set(group.members)
            launch(self.world, group.name)
            waits_for = set(group.members) - before
            if not waits_for:
                return
        self.moves.append(Move(candidates, frozenset(waits_for)))
        self._go_on(picture)

    def _fleet(self, picture: Picture) -> tuple[KarpenterFleet, list[str], set[int]]:
        """Its nodes that are initialised, their ids by number, and which of them may be candidates."""
        nodes = picture.packing_nodes()
        fleet = KarpenterFleet(nodes, self.shapes, pools(self.mix.types))
        now_s = self.world.clock.now_s
        busy = self._going(picture) | {i for move in self.moves for i in move.waits_for}
        busy |= {i for i, until_s in self.nominated.items() if until_s > now_s}
        return fleet, [n.id for n in nodes], {i for i, n in enumerate(nodes) if n.id not in busy}

    def _going(self, picture: Picture) -> set[str]:
        return {i for move in self.moves for i in move.candidates} | {n.id for n in picture.leaving}

    def _approves(self, fleet: KarpenterFleet) -> Callable[[Command], bool]:
        return balanced(fleet) if self.balanced else _any


def balanced(fleet: KarpenterFleet) -> Callable[[Command], bool]:
    """Whether a command's share of the saving is worth its share of the disruption, in the fleet as it is now."""
    cost = sum(fleet.price(i) for i in fleet.load)
    disruption = len(fleet.load) + sum(sum(load.values()) for load in fleet.load.values())

    def approves(command: Command) -> bool:
        share = (len(command.candidates) + fleet.moves(command)) / disruption
        return fleet.saving(command) / cost / share >= 1 / K

    return approves


def _any(_command: Command) -> bool:
    return True
