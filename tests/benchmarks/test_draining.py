from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from benchmarks.draining.contenders import BALLAST, CONTENDERS, PEERS, WINDOWED
from benchmarks.draining.latency import one_by_one
from benchmarks.draining.measuring import Storm, percentile, storm
from benchmarks.draining.node_termination_handler import WORKERS
from benchmarks.draining.one_instance import ballast_when_cold, scale_in, warned_twice
from benchmarks.draining.report import show_at_once, show_singles, show_storms
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
    assert max(cold.seconds or 99, warm.seconds or 99) <= 5


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
    assert not found.after_own_warning_s
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
    assert not played("EDL", scenario).after_own_warning_s
    assert played("EDL repaired", scenario).after_own_warning_s


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


@pytest.mark.parametrize(("percent", "value"), [(50, 2.0), (75, 3.0), (95, 4.0), (99, 4.0), (100, 4.0), (1, 1.0)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(percent: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == value


def test_of_a_hundred_the_99th_is_not_the_last() -> None:
    assert percentile([float(n) for n in range(1, 101)], 99) == 99


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile([], 50) is None


@pytest.mark.parametrize(("after_s", "met"), [((3.0, 4.9), True), ((3.0, 5.1), False), ((3.0,), False)])
def test_the_storm_meets_its_target_when_all_are_draining_and_99_percent_in_five_seconds(
    after_s: tuple[float, ...],
    met: bool,  # noqa: FBT001 - a case
) -> None:
    ours = Storm(2, after_s, 60.0, 0, 0, Counter({"ecs:ListTasks": 4}), 0)

    assert show_storms({BALLAST: ours, **dict.fromkeys(PEERS, ours)}) is met


@pytest.mark.parametrize(
    ("seconds", "met"), [([2.0] * 99 + [20.0], True), ([2.0] * 98 + [5.1] * 2, False), ([], False)]
)
def test_single_warnings_meet_their_target_by_their_99th_percentile(seconds: list[float], met: bool) -> None:  # noqa: FBT001 - a case
    assert show_singles({BALLAST: seconds, WINDOWED: [19.0]}) is met


def test_one_warning_of_a_hundred_at_once_that_is_lost_misses() -> None:
    whole, one_less = (Storm(2, after_s, 3.0, 0, 0, Counter(), 0) for after_s in ((1.0, 2.0), (1.0,)))

    assert (whole.lost, one_less.lost) == (0, 1)
    assert show_at_once([whole, whole])
    assert not show_at_once([whole, one_less])


def test_a_window_makes_a_quiet_queue_wait() -> None:
    assert max(one_by_one(WINDOWED, SEED)) > 5
