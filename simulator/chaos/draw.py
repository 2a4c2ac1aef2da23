"""What a dynamic is, which of them a seed draws, and how one happens at a moment of the hour of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from simulator.stage import MANAGED, Stage

ACT = "chaos_act"
TROUBLE_MINUTES = (4.0, 58.0)


@dataclass(frozen=True, slots=True)
class Dynamic:
    """Something that befalls a world with the probability `chance`; `stage` says what happens when.

    Each draws from a generator of its own, so that another row changes nothing in this one. `off`: why no seed draws it
    for the time being.
    """

    name: str
    chance: float
    stage: Callable[[Act], None]
    parameters: Mapping[str, str] = field(default_factory=dict)  # of the template
    off: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Where a dynamic plays, with chance of its own."""

    where: Stage
    rng: Random

    def at_some_time(self, name: str, act: Callable[[], object], until: float = TROUBLE_MINUTES[1]) -> None:
        """`act` answers what it was done to, or None when there was nothing to do it to."""
        self.at(self.rng.uniform(TROUBLE_MINUTES[0], until), name, act)

    def at(self, minutes: float, name: str, act: Callable[[], object]) -> None:
        def happens() -> None:
            on = act()
            if on is not None:
                self.where.world.note(ACT, act=name, on=on)

        self.where.at(minutes, happens)

    def times(self, fewest: int, most: int) -> range:
        return range(self.rng.randint(fewest, most))

    def group(self, *, of: Callable[[str], bool] = lambda _: True) -> str | None:
        """One that serves a managed cluster."""
        found = [name for name in managed_groups(self.where) if of(name)]
        return self.rng.choice(found) if found else None

    def instance(self, *, drained_rather: float = 0.3) -> str | None:
        """A running instance of such a group, now and then one that is DRAINING already."""
        world = self.where.world
        ids = [i for name in managed_groups(self.where) for i in self.where.instances(name)]
        running = [i for i in ids if not world.ec2.instances[i].going]
        draining = [i for i in running if (host := world.find_host(i)) is not None and host.status.value == "DRAINING"]
        if draining and self.rng.random() < drained_rather:
            return self.rng.choice(draining)
        return self.rng.choice(running) if running else None

    def registered(self) -> str | None:
        """An instance of a managed cluster that is registered and whose agent is connected."""
        world = self.where.world
        ids = [i for name in managed_groups(self.where) for i in self.where.instances(name)]
        found = [i for i in ids if (host := world.find_host(i)) is not None and host.agent_connected]
        return self.rng.choice(found) if found else None


def drawn_by(dynamics: Iterable[Dynamic], seed: int, *, everything: bool = False) -> list[Dynamic]:
    """`everything`: what is switched off as well."""
    known = [dynamic for dynamic in dynamics if everything or not dynamic.off]
    return [dynamic for dynamic in known if Random(f"{seed} draws {dynamic.name}").random() < dynamic.chance]


def stage_drawn(drawn: Iterable[Dynamic], where: Stage) -> None:
    for dynamic in drawn:
        dynamic.stage(Act(where, Random(f"{where.seed} plays {dynamic.name}")))


def managed_groups(stage: Stage) -> list[str]:
    """By their tag, or as capacity providers of a managed cluster."""
    clusters = [c for c in stage.world.clusters.values() if MANAGED.items() <= c.tags.items()]
    provided = {provider.group for cluster in clusters for provider in cluster.providers.values()}
    groups = stage.world.groups.groups.items()
    return [name for name, group in groups if name in provided or MANAGED.items() <= group.tags.items()]
