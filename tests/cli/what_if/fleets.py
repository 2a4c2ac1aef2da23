"""Fleets of which tests ask what if: a small mixed one, and one in which everything is blocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import boto3

from ballast import clock
from ballast.aws import session
from ballast_cli.dump.ask import ask
from ballast_cli.dump.records import Dump
from simulator.scenarios.update import ARCH, BEFORE, VARIANT
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world import World
from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.core.records import Shape

ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
SMALL = Shape("m7g.large", 2048, 7600, nominal_memory_mib=8192)
LARGE = Shape("m7g.2xlarge", 8192, 31_000, nominal_memory_mib=32_768)
X86 = Shape("m7i.xlarge", 4096, 15_500, nominal_memory_mib=16_384)
DAY_S = 86_400.0


def settled(world: World) -> None:
    """All of it has been there for a day."""
    for name in world.groups.groups:
        world.age_group(name, 3 * DAY_S)


def small_mixed(stage: Stage) -> None:
    """Bottlerocket on demand, Spot of two types, and an instance whose agent is gone."""
    world = stage.world
    world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    world.add_cluster("shop", {**MANAGED, "ballast:budget": "2"})
    world.add_group(
        "web", "shop", desired=6, minimum=2, maximum=12, shape=LARGE, zones=ZONES, capacity_provider="web",
        bottlerocket=(VARIANT, ARCH, BEFORE),
    )  # fmt: skip
    spot = MixedPolicy((SMALL, X86), on_demand_percent=0)
    world.add_group("batch", "shop", desired=4, zones=ZONES, capacity_provider="batch", mixed=spot)
    world.add_service("shop", "api", desired=6, cpu=512, memory_mib=1024, task_tags={"team": "one"})
    world.add_service("shop", "checkout", desired=3, cpu=1024, memory_mib=2048, deregistration_delay_s=30)
    world.add_service("shop", "cart", desired=1, cpu=512, memory_mib=1024, maximum_percent=100)
    world.add_service("shop", "render", desired=4, capacity_providers=["batch"], cpu=1024, memory_mib=3000)
    world.add_service("shop", "log-agent", daemon=True, cpu=64, memory_mib=64)
    web = stage.instances("web")
    world.run_task("shop", "nightly-report", on=web[4], cpu=256, memory_mib=512)
    settled(world)
    world.quiet = True
    world.disconnect_agent(web[5])


def all_blocked(stage: Stage, pets: int = 6) -> None:
    """Each instance stays for a reason of its own, but for one whose pet finds another place."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group(
        "pinned", "prod", desired=3, minimum=3, zones=ZONES, shape=LARGE, capacity_provider="pinned",
        new_instances_protected_from_scale_in=True, managed_scaling=True,
    )  # fmt: skip
    world.add_group("web", "prod", desired=6, zones=ZONES, shape=LARGE, capacity_provider="web")
    ids = stage.instances("web")
    for number, instance in enumerate(ids):
        world.host(instance).attributes["role"] = f"r{number}"
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=64)
    world.add_service("prod", "guarded", desired=1, protected=True, member_of=["attribute:role == r0"])
    world.add_service("prod", "ledger", desired=1, maximum_percent=100, member_of=["attribute:role == r1"])
    world.add_service("prod", "licensed", desired=1, member_of=["attribute:role == r2"])
    world.run_task("prod", "migration", on=ids[3])
    world.host(ids[4]).tags["ballast:do-not-disrupt"] = "true"
    world.add_service("prod", "pets", desired=pets, distinct_instance=True, cpu=256, memory_mib=20_000)
    settled(world)


def blocked_throughout(stage: Stage) -> None:
    """Nothing can be given back: there is a pet on every instance."""
    all_blocked(stage, pets=9)


ON = {"Rebalance": "on", "RebalanceConsolidate": "on", "RebalanceReplace": "on", "Repair": "on"}


@contextmanager
def staged(build: Callable[[Stage], None], **parameters: str) -> Iterator[Stage]:
    """The scene behind boto3, with a stack in front of it, whatever Region or profile another test has left there."""
    boto3.DEFAULT_SESSION = None
    session.client.cache_clear()
    with Stage(Scenario("test", "made for one test", 600, build, parameters), 1) as stage:
        yield stage
    session.client.cache_clear()


def dump_of(stage: Stage) -> Dump:
    """Of its first cluster, as the command asks."""
    return ask(next(iter(stage.world.clusters)), "ballast", clock.utc_now())


@cache
def _dumped(build: Callable[[Stage], None], parameters: tuple[tuple[str, str], ...]) -> Dump:
    with staged(build, **dict(parameters)) as stage:
        return dump_of(stage)


def dumped(build: Callable[[Stage], None], **parameters: str) -> Dump:
    """What `ballast dump` finds there; each fleet is asked once."""
    return _dumped(build, tuple(parameters.items()))
