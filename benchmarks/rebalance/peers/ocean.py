"""A model, not the program, of Ocean for ECS (Spot by Flexera), after what its documentation says of its rules.

https://docs.spot.io/ocean/features/scaling-ecs and https://docs.spot.io/ocean/features/headroom: tasks that find no place
are placed on simulated instances, and the cheapest ones are launched at once; automatic headroom is 5 % of what is
requested. Scale-down: an instance whose tasks all fit elsewhere, beside the headroom, for 5 evaluations (`evaluationPeriods`)
goes, the least used first, up to 10 % of the instances in one action (`maxScaleDownPercentage`), with 300 s between
actions (`cooldown`). https://registry.terraform.io/providers/spotinst/spotinst/latest/docs/resources/ocean_ecs

Not documented, and taken in its favour: which types it launches is the cheapest packing of a single type or of claims as
Karpenter makes them; it evaluates each minute, and launches within 10 s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ballast.packing.model import Shape
from benchmarks.rebalance.mixes import Mix
from benchmarks.rebalance.peers.hands import Program, drain, end, is_empty, launch
from benchmarks.rebalance.peers.picture import Picture
from benchmarks.rebalance.peers.provisioning import cheapest_launches, free_rooms, placed, without_room
from simulator.world import World

LOOP_S, EVALUATES_S, COOLDOWN_S = 10.0, 60.0, 300.0
PERIODS = 5
HEADROOM = 0.05
SHARE = 0.1


@dataclass(slots=True)
class Ocean:
    world: World
    mix: Mix
    shapes: Sequence[Shape]
    in_a_row: Counter[str] = field(default_factory=Counter)
    evaluated_at_s: float = float("-inf")
    acted_at_s: float = float("-inf")

    def program(self) -> Program:
        while True:
            picture = Picture(self.world, self.mix, self.shapes)
            self._scale_up(picture)
            for node in picture.leaving:
                if is_empty(node):
                    end(self.world, node)
            if self.world.clock.now_s - self.evaluated_at_s >= EVALUATES_S:
                self.evaluated_at_s = self.world.clock.now_s
                self._scale_down(picture)
            yield LOOP_S

    def _scale_up(self, picture: Picture) -> None:
        """For tasks at once; for headroom alone once the cooldown is over."""
        waits = picture.pending
        rested = self.world.clock.now_s - self.acted_at_s >= COOLDOWN_S
        if not waits and not rested:
            return
        homeless, _ = without_room(picture, waits + (headroom(picture) if rested else Counter()))
        if not homeless:
            return
        for pool in cheapest_launches(picture, homeless):
            launch(self.world, pool)
        self.acted_at_s = self.world.clock.now_s

    def _scale_down(self, picture: Picture) -> None:
        rooms = placed(picture, free_rooms(picture), headroom(picture))
        can_go = []
        if rooms is not None:
            for node in sorted((n for n in picture.nodes if n.ready), key=lambda n: (n.tasks, n.id)):
                others = {i: room for i, room in rooms.items() if i != node.id}
                after = placed(picture, others, node.load)
                if after is not None:
                    rooms = after
                    can_go.append(node)
        self.in_a_row = Counter({n.id: self.in_a_row[n.id] + 1 for n in can_go})
        due = [n for n in can_go if self.in_a_row[n.id] >= PERIODS]
        if not due or self.world.clock.now_s - self.acted_at_s < COOLDOWN_S:
            return
        at_once = max(1, int(SHARE * len(picture.nodes))) - len(picture.leaving)
        for node in due[: max(0, at_once)]:
            drain(self.world, node)
            self.acted_at_s = self.world.clock.now_s


def headroom(picture: Picture) -> Counter[str]:
    """A share of the tasks that run, the commonest first, so that it has the mix's proportions."""
    running = Counter[str]()
    for node in picture.nodes:
        running.update(node.load)
    kept, owed = Counter[str](), 0.0
    for name, copies in sorted(running.items()):
        owed += copies * HEADROOM
        if owed >= 1:
            kept[name] += int(owed)
            owed -= int(owed)
    return kept
