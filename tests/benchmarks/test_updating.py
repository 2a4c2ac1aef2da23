"""The models of the peers do what their docstrings say, on a fleet of four."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.tables import Measure
from benchmarks.updating.brupop import Brupop
from benchmarks.updating.ecs_updater import ecs_updater, install
from benchmarks.updating.measuring import Outcome
from benchmarks.updating.program import start
from benchmarks.updating.report import CONTENDERS, show_outcomes
from simulator.scenarios.update import AFTER, ARCH, BEFORE, VARIANT
from simulator.stage import MANAGED, Scenario, Stage


def played(attach: Callable[[Stage], None], happens: Callable[[Stage], object], *, hours: float = 4) -> Stage:
    """Ballast hears nothing of it."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=4, bottlerocket=(VARIANT, ARCH, BEFORE))
        world.add_service("prod", "api", desired=8)
        world.bottlerocket.releases.publish(VARIANT, ARCH, AFTER, long_ago=True)
        happens(stage)
        attach(stage)

    with Stage(Scenario("peers", "four instances", hours * 60, build), 1) as stage:
        stage.deployment.bus.open = False
        stage.play()
        return stage


def updater(stage: Stage) -> None:
    install(stage.world)
    start(stage, ecs_updater(stage.world))


def brupop(concurrency: int) -> Callable[[Stage], None]:
    return lambda stage: start(stage, Brupop(stage, concurrency).controller())


def versions(stage: Stage) -> list[str]:
    return [stage.world.bottlerocket.require(i).version for i in stage.instances("web")]


def most_at_once(stage: Stage) -> int:
    out: set[str] = set()
    most = 0
    for fact in stage.world.journal:
        if fact.kind == "container_instance_status":
            change = out.add if fact.data["new"] == "DRAINING" else out.discard
            change(fact.data["instance"])
            most = max(most, len(out))
    return most


def nothing(_stage: Stage) -> None:
    pass


def test_the_ecs_updater_takes_one_instance_after_the_other() -> None:
    stage = played(updater, nothing)

    assert versions(stage) == [AFTER] * 4
    assert most_at_once(stage) == 1


def test_the_ecs_updater_skips_an_instance_with_a_standalone_task() -> None:
    stage = played(updater, lambda stage: stage.world.run_task("prod", "batch", on=stage.instances("web")[2]))

    assert versions(stage) == [AFTER, AFTER, BEFORE, AFTER]


def test_the_ecs_updater_tries_a_boot_that_fell_back_again_twelve_hours_later() -> None:
    def falls_back(stage: Stage) -> None:
        stage.world.bottlerocket.require(stage.instances("web")[0]).troubles.failed_boots = 1

    assert versions(played(updater, falls_back)) == [BEFORE, AFTER, AFTER, AFTER]
    assert versions(played(updater, falls_back, hours=13)) == [AFTER] * 4


def test_brupop_takes_as_many_at_once_as_it_may() -> None:
    assert most_at_once(played(brupop(1), nothing)) == 1
    assert most_at_once(played(brupop(3), nothing)) == 3


def test_brupop_evicts_a_standalone_task_and_tries_a_fallen_back_boot_again_within_minutes() -> None:
    def trouble(stage: Stage) -> None:
        stage.world.run_task("prod", "batch", on=stage.instances("web")[2])
        stage.world.bottlerocket.require(stage.instances("web")[0]).troubles.failed_boots = 1

    stage = played(brupop(1), trouble, hours=1)

    assert versions(stage) == [AFTER] * 4
    stopped = [f for f in stage.world.journal if f.kind == "task_stopped" and f.data["service"] is None]
    assert [f.data["cause"] for f in stopped] == ["peer"]


def test_a_table_that_misses_a_target_says_so() -> None:
    good = Outcome(1.0, 1.1, 600.0, 1.1, 0, 0, 0)
    slow = Outcome(8.8, 12.5, 500.0, 1.0, 0, 0, 4)
    others = {name: [slow] for name in CONTENDERS if name != "Ballast"}

    assert show_outcomes({"Ballast": [good], **others})
    assert not show_outcomes({"Ballast": [slow], **others})
    assert Measure("m", 2.0, {}, 1.0).missed
