from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from benchmarks.draining.contenders import BALLAST, CONTENDERS, PEERS
from benchmarks.draining.measuring import Storm, storm
from benchmarks.draining.node_termination_handler import WORKERS
from benchmarks.draining.one_instance import ballast_when_cold, scale_in, warned_twice
from benchmarks.draining.report import show_storms
from simulator.stage import MANAGED, Scenario, Stage

SEED = 7


def a_storm(*, instances: int = 12, taken: int = 3, tasks: int = 24) -> Scenario:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("spot", "prod", desired=instances, spot=True, capacity_provider="spot")
        stage.world.add_service("prod", "api", desired=tasks, cpu=256, memory_mib=512)
        for instance_id in stage.instances("spot")[-taken:]:
            stage.at(2, partial(stage.world.warn_spot, instance_id))

    return Scenario("small-storm", "A few at once", 5, build)


def played(contender: str, scenario: Scenario, minutes: float = 5) -> Storm:
    with CONTENDERS[contender](scenario, SEED) as stage:
        stage.play(minutes)
        return storm(stage)


def test_ballast_sets_an_instance_draining_with_three_ecs_calls_cold_and_warm() -> None:
    _, warm = warned_twice(BALLAST, SEED)
    cold = ballast_when_cold(SEED, registry=True)

    assert (cold.ecs_ec2_calls, warm.ecs_ec2_calls) == (3, 3)
    assert max(cold.seconds or 99, warm.seconds or 99) < 15


def test_without_a_registry_the_clusters_are_looked_up_first() -> None:
    new = ballast_when_cold(SEED, registry=False)

    assert new.ecs_ec2_calls is not None
    assert new.ecs_ec2_calls > 3


@pytest.mark.parametrize(("peer", "calls"), [("EDL", 5), ("EDL repaired", 5), ("NTH", 3)])
def test_a_peer_that_knows_spot_warnings_drains(peer: str, calls: int) -> None:
    assert [found.ecs_ec2_calls for found in warned_twice(peer, SEED)] == [calls, calls]


def test_nobody_tells_the_cid_sample_of_a_spot_warning() -> None:
    with CONTENDERS["CID"](a_storm(), SEED) as stage:
        stage.play()
        found = storm(stage)

    assert not stage.deployment.invocations
    assert not found.calls
    assert found.last_s is None
    assert found.tasks_interrupted == 6


@pytest.mark.parametrize("contender", [BALLAST, "EDL", "EDL repaired", "NTH"])
def test_nothing_is_interrupted_in_a_small_storm(contender: str) -> None:
    found = played(contender, a_storm())

    assert len(found.after_own_warning_s) == found.warned == 3
    assert found.tasks_interrupted == 0
    assert found.throttled == 0


def test_the_drain_lambda_finds_only_the_first_hundred_and_is_retried_twice() -> None:
    scenario = a_storm(instances=101, taken=1, tasks=202)

    assert played("EDL", scenario, minutes=6).calls["ec2:DescribeInstances"] == 3
    assert played("EDL", scenario).last_s is None
    assert played("EDL repaired", scenario).last_s is not None


def test_the_node_termination_handler_drains_ten_nodes_at_a_time() -> None:
    with CONTENDERS["NTH"](a_storm(instances=40, taken=15, tasks=160), SEED) as stage:
        stage.play(2 + 2 / 60)
        found = storm(stage)

    assert len(found.after_own_warning_s) == WORKERS < found.warned


@pytest.mark.parametrize(("contender", "cut_short"), [(BALLAST, 0), ("EDL", 0), ("CID", 1), ("NTH", 1)])
def test_who_lets_a_slow_task_finish_before_the_hook_ends(contender: str, cut_short: int) -> None:
    found = scale_in(contender, SEED)

    assert found.tasks_cut_short == cut_short
    assert (found.held_s > 180) is (cut_short == 0)
    assert not found.timed_out


def test_the_same_seed_measures_the_same() -> None:
    assert played(BALLAST, a_storm()) == played(BALLAST, a_storm())


@pytest.mark.parametrize(("after_s", "met"), [((3.0, 14.9), True), ((3.0, 15.1), False), ((3.0,), False)])
def test_the_storm_meets_its_target_when_the_last_of_all_is_draining_in_fifteen_seconds(
    after_s: tuple[float, ...],
    met: bool,  # noqa: FBT001 - a case
) -> None:
    ours = Storm(2, after_s, 60.0, 0, 0, Counter({"ecs:ListTasks": 4}), 0)

    assert show_storms({BALLAST: ours, **dict.fromkeys(PEERS, ours)}) is met
