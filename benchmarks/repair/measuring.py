"""What came of a story, by who looked after its fleet? Read from the journal of the world alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks.rebalance.peers.hands import Program, start
from benchmarks.repair.peers.cluster_autoscaler import cluster_autoscaler
from benchmarks.repair.peers.five_minutes import five_minutes
from benchmarks.repair.peers.karpenter import karpenter
from benchmarks.repair.stories import Story
from simulator.repairs import ABSENT, Illness
from simulator.stage import Stage
from simulator.world import World

OURS = "Ballast"
PEERS: Mapping[str, Callable[[World], Program]] = {
    "Karpenter": karpenter,
    "Cluster Autoscaler": cluster_autoscaler,
    "Lambda, 5 min": five_minutes,
}
CONTENDERS = (OURS, *PEERS)
BY_CONTENDERS = ("ballast", "peer")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`repaired_s`: from its first sign until it is gone and another has joined, of each that broke; the rest were `left`.

    Healthy is what had joined and was not broken: nothing but a wrong or a passing signal spoke against it. What was
    launched meanwhile and is given back, the group smaller again, is one too many and no victim.
    """

    repaired_s: tuple[float, ...]
    left: int
    healthy_killed: int
    tasks_cut_off: int
    launches: int

    @classmethod
    def sum(cls, some: Iterable[Outcome]) -> Outcome:
        found = list(some)
        return cls(
            tuple(sorted(s for each in found for s in each.repaired_s)),
            sum(each.left for each in found),
            sum(each.healthy_killed for each in found),
            sum(each.tasks_cut_off for each in found),
            sum(each.launches for each in found),
        )


def play(contender: str, story: Story, seed: int = 1) -> Outcome:
    """Ballast's bus is closed where a peer looks after the fleet, so none of its functions ever runs."""
    with Stage(story.scenario, seed) as stage:
        if contender != OURS:
            stage.deployment.bus.open = False
            start(stage.world, PEERS[contender](stage.world))
        stage.play()
        return outcome_of(stage, story.broken)


def outcome_of(stage: Stage, broken: set[str]) -> Outcome:
    fell_s: dict[str, float] = {}
    ended_s: dict[str, float] = {}
    joined_s: list[float] = []
    ever: set[str] = set()
    newcomers: set[str] = set()
    given_back: set[str] = set()
    illness, cut_off, launches, healthy = Illness(), 0, 0, 0
    for fact in stage.world.journal:
        data = fact.data
        illness.learn(fact)
        if fact.kind == "instance_launched" and fact.at_s > 0:
            launches += 1
            newcomers.add(data["instance"])
        elif fact.kind == "asked" and data["params"].get("ShouldDecrementDesiredCapacity"):
            given_back |= newcomers & {data["params"].get("InstanceId"), *data["params"].get("InstanceIds", ())}
        elif fact.kind == "instance_joined":
            ever.add(data["instance"])
            joined_s += [fact.at_s] * (fact.at_s > 0)
        elif fact.kind == "task_stopped":
            cut_off += data["interrupted"]
        elif fact.kind == "instance_state" and data["state"] == "shutting-down":
            ended_s.setdefault(data["instance"], fact.at_s)
            healthy += data["cause"] in BY_CONTENDERS and data["instance"] in ever - broken - given_back
        for instance in broken - ended_s.keys():
            if illness.signs.get(instance, {}).keys() - {ABSENT}:
                fell_s.setdefault(instance, fact.at_s)
            else:  # what ailed it before it broke had passed
                fell_s.pop(instance, None)
    repaired = []
    for instance in sorted(fell_s.keys() & ended_s.keys(), key=lambda i: ended_s[i]):
        after = [at_s for at_s in joined_s if at_s >= fell_s[instance]]
        if after:
            joined_s.remove(after[0])
            repaired.append(max(after[0], ended_s[instance]) - fell_s[instance])
    return Outcome(tuple(sorted(repaired)), len(fell_s) - len(repaired), healthy, cut_off, launches)
