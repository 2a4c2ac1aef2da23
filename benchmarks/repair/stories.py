"""What befalls the fleets? The nine timelines of `simulator/scenarios`, each with who is truly broken, and random days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from simulator.scenarios import scenarios
from simulator.scenarios.repair import NO_ROOM, ROOM, fleet
from simulator.scenarios.repair_bad_image import BAD_IMAGE
from simulator.scenarios.repair_slow import LOST
from simulator.stage import Scenario, Stage
from simulator.world.ec2.api import PLAIN_IMAGE

DAY_MINUTES = 24 * 60.0
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
# By the scenario: how many of the first instances never come back by themselves.
BROKEN: Mapping[str, int] = {
    "repair": 1,
    "repair-blip": 0,
    "repair-blind": 0,
    "repair-zone": 0,
    "repair-bad-image": 0,
    "repair-launch-fails": 1,
    "repair-returns": 0,
    "repair-foreign": 1,
    "repair-slow": LOST,
}


@dataclass(frozen=True, slots=True)
class Story:
    """`broken`: instances that only a replacement helps, as far as they have been broken by then."""

    scenario: Scenario
    broken: set[str]

    @property
    def name(self) -> str:
        return self.scenario.name


def timeline(name: str) -> Story:
    known, broken = scenarios()[name], set[str]()

    def build(stage: Stage) -> None:
        known.build(stage)
        broken.update(stage.instances("web")[: BROKEN[name]])

    return Story(_with(known, build), broken)


def day(seed: int) -> Story:
    """A fleet of five to thirty, with blips, hosts that break for good, and now and then a signal that is wrong of many."""
    broken: set[str] = set()
    on = scenarios()["repair"]
    return Story(
        Scenario(f"day {seed}", "A random day", DAY_MINUTES, partial(_day, seed, broken), on.parameters), broken
    )


def _with(known: Scenario, build: Callable[[Stage], None]) -> Scenario:
    return Scenario(known.name, known.title, known.minutes, build, known.parameters)


def _day(seed: int, broken: set[str], stage: Stage) -> None:
    rng, world = Random(f"day {seed}"), stage.world
    fleet(stage, rng.randint(5, 30), cpu=rng.choice((ROOM, ROOM, NO_ROOM)))

    def somebody() -> str | None:
        listed = world.clusters["prod"].by_ec2_id.items()
        well = [i for i, host in listed if host.agent_connected and not host.instance.going and not host.instance.fault]
        return rng.choice(well) if well else None

    def breaks() -> None:
        if (instance := somebody()) is not None:
            broken.add(instance)
            (world.disconnect_agent if rng.random() < 0.7 else world.break_runtime)(instance)

    def blips() -> None:
        if (instance := somebody()) is not None:
            world.disconnect_agent(instance, rng.uniform(30, 570))

    for _ in range(rng.randint(0, 3)):
        stage.at(rng.uniform(10, DAY_MINUTES - 240), breaks)
    for _ in range(rng.randint(5, 15)):
        stage.at(rng.uniform(10, DAY_MINUTES - 60), blips)
    if rng.random() < 0.3:
        zone = rng.choice((None, None, *ZONES))
        lasts_s = rng.uniform(600, 7200)
        stage.at(rng.uniform(10, DAY_MINUTES - 240), lambda: world.blind_agents("prod", lasts_s, zone=zone))
    if rng.random() < 0.2:
        begins = rng.uniform(10, DAY_MINUTES - 360)
        stage.at(begins, lambda: world.fail_launches("web", for_s=rng.uniform(600, 3600)))
    if rng.random() < 0.2:
        begins = rng.uniform(10, DAY_MINUTES - 480)
        world.spoil_image(BAD_IMAGE, "never_joins")
        stage.at(begins, lambda: world.move_template("web", BAD_IMAGE))
        stage.at(begins + 2, lambda: world.set_desired("web", world.groups.groups["web"].desired + 1))
        stage.at(begins + 180, lambda: world.move_template("web", PLAIN_IMAGE))
