"""Many clusters, many hooks at once, and an AWS that hardly answers: nobody is forgotten and nothing times out."""

from __future__ import annotations

from collections import Counter
from statistics import median

from simulator.delivery.records import Outcome
from simulator.result import result_of
from simulator.scenarios.update import ARCH, BEFORE, VARIANT
from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario

ECS_READS = ("Describe", "List", "Get")


def fleet_of(stage: Stage, clusters: int, *, hosts: int = 1) -> None:
    for n in range(clusters):
        stage.world.add_cluster(f"c{n:03}", MANAGED)
        stage.world.add_group(f"g{n:03}", f"c{n:03}", desired=hosts, capacity_provider=f"g{n:03}")


def timed_out(stage: Stage) -> int:
    return sum(i.outcome is Outcome.TIMED_OUT for i in stage.deployment.invocations)


def reads_a_minute(stage: Stage, since_min: float, until_min: float) -> float:
    reads = [
        c
        for c in stage.deployment.calls
        if c.service == "ecs" and c.operation.startswith(ECS_READS) and since_min * 60 <= c.at_s < until_min * 60
    ]
    return len(reads) / (until_min - since_min)


def test_every_group_of_many_clusters_gets_its_hook_in_time_and_an_idle_fleet_costs_few_reads() -> None:
    """0.1.0 put a hook on 93 groups of 120 and on none of 260, and asked ECS 218 times a minute for 100 clusters."""
    with Stage(a_scenario(lambda stage: fleet_of(stage, 120), minutes=27), 1) as stage:
        stage.play()

        hooked = {f.data["group"] for f in stage.world.journal if f.kind == "lifecycle_hook_put" and f.at_s < 9 * 60}
        assert len(hooked) == 120
        assert reads_a_minute(stage, 12, 27) <= 0.6 * 120  # the target is 60 for 100 clusters
        assert timed_out(stage) == 0
        assert result_of(stage).dead_letters == 0


def test_updates_cost_hardly_any_read_while_there_is_no_release() -> None:
    """0.1.0 read every fleet every minute, and from 230 clusters on its function ran out of time."""

    def build(stage: Stage) -> None:
        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        for n in range(60):
            stage.world.add_cluster(f"c{n:03}", MANAGED)
            stage.world.add_group(f"g{n:03}", f"c{n:03}", desired=1, bottlerocket=(VARIANT, ARCH, BEFORE))

    with Stage(a_scenario(build, minutes=17, parameters={"UpdateStrategy": "in-place"}), 1) as stage:
        stage.play()

        calls = [c for c in stage.deployment.calls if c.function == "UpdateBottlerocket" and c.service == "ecs"]
        by_minute = Counter(int(c.at_s // 60) for c in calls)
        # But for the minute in which the release is first seen, and all clusters are told of it.
        assert 0 < median(by_minute[minute] for minute in range(5, 17)) <= 30
        assert timed_out(stage) == 0


def test_hooks_that_are_held_are_beaten_while_ecs_does_not_answer() -> None:
    """The ledger knows them; 0.1.0 let 18 of 35 time out in 20 minutes of throttling."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=8, capacity_provider="web")
        held = stage.instances("web")[:4]
        for instance_id in held:
            world.run_task("prod", on=instance_id)
            stage.at(5, lambda i=instance_id: world.scale_in("web", i))  # type: ignore[misc]
        for operation in ("ListContainerInstances", "DescribeContainerInstances", "ListTasks", "DescribeClusters"):
            stage.at(6, lambda o=operation: world.refuse_calls("ecs", o, "throttled", for_s=40 * 60))  # type: ignore[misc]

    with Stage(a_scenario(build, minutes=48), 1) as stage:
        stage.play()

        outcome = result_of(stage)
        assert (outcome.hooks_timed_out, outcome.hooks_completed, outcome.dead_letters) == (0, 0, 0)
        codes = Counter(n["code"] for n in outcome.notices)
        assert codes["ClusterUnreachable"] == 1


def test_hooks_of_which_nobody_heard_before_aws_stopped_answering_are_held_all_the_same() -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_cluster("other", MANAGED)
        world.add_group("web", "prod", desired=6, capacity_provider="web")
        for instance_id in stage.instances("web")[:3]:
            world.run_task("prod", on=instance_id)
            stage.at(6, lambda i=instance_id: world.scale_in("web", i))  # type: ignore[misc]
        for operation in ("ListContainerInstances", "DescribeContainerInstances", "ListTasks", "DescribeClusters"):
            stage.at(5, lambda o=operation: world.refuse_calls("ecs", o, "throttled", for_s=40 * 60))  # type: ignore[misc]

    with Stage(a_scenario(build, minutes=40), 1) as stage:
        stage.play()

        outcome = result_of(stage)
        assert (outcome.hooks_timed_out, outcome.dead_letters) == (0, 0)


def test_a_host_that_is_connected_is_looked_for_only_where_its_group_serves() -> None:
    def build(stage: Stage) -> None:
        fleet_of(stage, 30, hosts=2)
        stage.world.add_service("c000", "api", desired=1)
        stage.at(7.2, lambda: stage.world.scale_in("g000", stage.instances("g000")[0]))

    with Stage(a_scenario(build, minutes=10), 1) as stage:
        stage.play()

        assert result_of(stage).hooks_completed == 1
        since = [c for c in stage.deployment.calls if c.at_s >= 7.2 * 60 and c.operation == "ListContainerInstances"]
        assert len(since) < 150  # each look at it asked all thirty clusters before


def test_twenty_minutes_of_throttling_lose_no_event() -> None:
    """0.1.0 gave a Spot warning up after ten attempts, a minute apart."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=8, capacity_provider="web")
        warned, held, *_ = stage.instances("web")
        for operation in ("ListContainerInstances", "DescribeContainerInstances"):
            stage.at(4, lambda o=operation: world.refuse_calls("ecs", o, "throttled", for_s=20 * 60))  # type: ignore[misc]
        stage.at(5, lambda: world.warn_spot(warned))
        stage.at(12, lambda: world.scale_in("web", held))

    with Stage(a_scenario(build, minutes=40), 1) as stage:
        stage.play()

        outcome = result_of(stage)
        assert (outcome.dead_letters, outcome.hooks_timed_out, outcome.hooks_completed) == (0, 0, 1)


def test_hundreds_of_hooks_at_once_are_all_let_go_and_no_run_times_out() -> None:
    """0.1.0 made two calls an instance in one run: of 500 hooks 5 runs ended at 50 s."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=150, capacity_provider="web")
        world.add_service("prod", "api", desired=50, stop_seconds=(5, 20))
        stage.at(5, lambda: world.set_desired("web", 20))

    with Stage(a_scenario(build, minutes=12), 1) as stage:
        stage.play()

        outcome = result_of(stage)
        assert timed_out(stage) == 0
        assert (outcome.hooks_timed_out, outcome.hooks_completed, outcome.dead_letters) == (0, 130, 0)
