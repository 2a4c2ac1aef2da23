"""How long does a Spot warning wait, one after the other? And how many of a hundred at once are lost?"""

from __future__ import annotations

from functools import partial

from benchmarks.draining.contenders import CONTENDERS
from benchmarks.draining.measuring import Storm, draining_at_s, storm
from simulator.stage import MANAGED, Scenario, Stage

FLEET = 12
FIRST_MINUTE, EVERY_MINUTES, WARNINGS = 3, 4, 10  # of one run; each instance is replaced before the next warning
AT_ONCE, OF = 100, 500


def one_by_one(contender: str, seed: int) -> list[float]:
    """Virtual seconds to DRAINING of ten single warnings, each at any moment of its minute."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=FLEET, spot=True, capacity_provider="web")
        world.add_service("prod", "api", desired=FLEET * 2)
        for number in range(WARNINGS):
            stage.at(FIRST_MINUTE + EVERY_MINUTES * number + stage.rng.random(), partial(_warn_oldest, stage))

    minutes = FIRST_MINUTE + EVERY_MINUTES * WARNINGS
    scenario = Scenario("one-by-one", "One warning after the other", minutes, build, realistic_polling=True)
    with CONTENDERS[contender](scenario, seed) as stage:
        stage.play()
        warned = {f.data["instance"]: f.at_s for f in stage.world.journal if f.kind == "spot_warned"}
        drained = draining_at_s(stage)
        return [drained.get(instance, float("inf")) - at_s for instance, at_s in warned.items()]


def at_once(contender: str, seed: int) -> Storm:
    """A hundred of 500 instances are warned within one second."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("spot", "prod", desired=OF, spot=True, capacity_provider="spot")
        for number in range(20):
            world.add_service("prod", f"service-{number}", desired=150)
        for instance in stage.rng.sample(stage.instances("spot"), AT_ONCE):
            stage.at(3 + stage.rng.random() / 60, partial(world.warn_spot, instance))

    scenario = Scenario("at-once", "A hundred warnings at once", 6, build, realistic_polling=True)
    with CONTENDERS[contender](scenario, seed) as stage:
        stage.play()
        return storm(stage)


def _warn_oldest(stage: Stage) -> None:
    stage.world.warn_spot(stage.instances("web")[0])
