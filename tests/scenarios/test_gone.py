"""Unknown is never gone: what EC2 or ECS do not say, say late, or refuse to say, ends nothing."""

from __future__ import annotations

import pytest

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import Played, a_scenario, play

DESCRIBES = ["DescribeContainerInstances", "DescribeTasks", "DescribeServices"]


def a_fleet(stage: Stage, **service: object) -> list[str]:
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
    stage.world.add_service("prod", "api", desired=6, stop_seconds=(30, 60), **service)  # type: ignore[arg-type]
    return stage.instances("web")


def gone(played: Played) -> list[str]:
    codes = [code for code in played.codes if code in ("InstanceGone", "InstanceLeft")]
    return [*codes, *(f.kind for f in played.facts("container_instance_deregistered", actor="ballast"))]


@pytest.mark.parametrize("from_group", [False, True])
def test_an_instance_that_ec2_does_not_know_for_a_moment_is_not_gone(*, from_group: bool) -> None:
    """0.1.0 deregistered a host whose agent was off, by one answer of DescribeInstances that did not have it."""

    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.at(5, lambda: stage.world.disconnect_agent(first, for_s=600))
        stage.at(5.9, lambda: stage.world.hide_instance(first, 50, from_group=from_group))

    played = play(a_scenario(build, minutes=20))

    assert gone(played) == []
    assert not played.broken


def test_one_that_its_group_has_is_not_gone_however_long_ec2_does_not_know_it() -> None:
    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.at(5, lambda: stage.world.disconnect_agent(first))
        stage.at(6, lambda: stage.world.hide_instance(first, 3600))

    played = play(a_scenario(build, minutes=20))

    assert gone(played) == []


def test_a_ghost_that_neither_ec2_nor_its_group_knows_is_removed_at_the_second_look() -> None:
    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.at(5, lambda: stage.world.disconnect_agent(first))
        stage.at(6, lambda: stage.world.hide_instance(first, 3600, from_group=True))

    played = play(a_scenario(build, minutes=12))

    [removed] = played.facts("container_instance_deregistered", actor="ballast")
    assert 7 * 60 <= removed.at_s < 9.5 * 60


@pytest.mark.parametrize("how", ["denied", "throttled"])
@pytest.mark.parametrize(
    ("service", "operation"), [("ec2", "DescribeInstances"), ("autoscaling", "DescribeAutoScalingInstances")]
)
def test_what_may_not_be_asked_holds_nobody_up_and_ends_nothing(service: str, operation: str, how: str) -> None:
    def build(stage: Stage) -> None:
        first, second, *_ = a_fleet(stage)
        stage.at(2, lambda: stage.world.refuse_calls(service, operation, how))  # type: ignore[arg-type]
        stage.at(4, lambda: stage.world.disconnect_agent(second, for_s=240))
        stage.at(5, lambda: stage.world.scale_in("web", first))

    played = play(a_scenario(build, minutes=14))

    [let_go] = played.facts("hook_completed", actor="ballast")
    assert let_go.at_s < 8 * 60
    lost = played.facts("agent", connected=False)[0].data["instance"]
    assert not played.facts("container_instance_deregistered", actor="ballast", instance=lost)
    assert played.result.tasks_interrupted == 0


@pytest.mark.parametrize("operation", DESCRIBES)
def test_what_is_listed_and_not_described_is_held(operation: str) -> None:
    """The instance, its tasks and its service are MISSING for four minutes of its scale-in."""

    def build(stage: Stage) -> None:
        first, second, *_ = a_fleet(stage)
        world = stage.world

        def lose() -> None:
            tasks = [arn for arn, task in world.clusters["prod"].tasks.items() if task.host.instance.id == first]
            world.answer_missing(first, "api", *tasks, for_s=240, operations=[operation])

        stage.at(5, lose)
        stage.at(5, lambda: world.scale_in("web", first))
        stage.at(6, lambda: world.warn_spot(second))

    played = play(a_scenario(build, minutes=18))

    assert played.facts(
        "container_instance_status", new="DRAINING", instance=played.facts("spot_warned")[0].data["instance"]
    )
    [let_go] = played.facts("hook_completed", actor="ballast")
    assert played.result.tasks_interrupted == 0
    assert not [b for b in played.broken if "completed_early" in b or "timed_out" in b], let_go


def test_what_is_listed_and_not_described_may_be_out_of_service() -> None:
    """A host that drained and was to go was MISSING for four minutes: another was drained by will beside it."""
    second = ""

    def build(stage: Stage) -> None:
        nonlocal second
        first, second, *_ = a_fleet(stage)
        world = stage.world
        stage.at(5, lambda: world.scale_in("web", first))
        stage.at(5.2, lambda: world.answer_missing(first, for_s=240, operations=["DescribeContainerInstances"]))
        stage.at(5.3, lambda: world.recommend_rebalance(second))

    played = play(a_scenario(build, minutes=8), DisruptionBudget="1", RebalanceRecommendation="drain")

    assert "DrainWaits" in played.codes
    assert not played.facts("container_instance_status", new="DRAINING", instance=second)


def test_lists_that_lag_let_no_hook_go() -> None:
    """New hosts are not listed for a while: the group takes one back that ECS does not show yet."""

    def build(stage: Stage) -> None:
        a_fleet(stage)
        world = stage.world
        stage.at(4, lambda: world.set_desired("web", 5))
        stage.at(7, lambda: world.lag_lists("prod", 240))
        stage.at(7.2, lambda: world.scale_in("web", stage.instances("web")[-1]))
        stage.at(9, lambda: world.lag_lists("prod", 0))

    played = play(a_scenario(build, minutes=18))

    assert not [b for b in played.broken if "completed_early" in b or "timed_out" in b]
    assert played.result.tasks_interrupted == 0


def test_a_task_that_no_list_has_yet_holds_its_instance() -> None:
    """Placed just before the scale-in, counted when that began, and stopping, uncounted, when the others had ended."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=4, capacity_provider="web")
        world.add_service("prod", "api", desired=4, stop_seconds=(5, 10))
        first = stage.instances("web")[0]
        stage.at(5, lambda: world.lag_lists("prod", 100))

        def place() -> None:
            late = world.run_task("prod", on=first, stop_seconds=(90, 90))
            stage.at(5.6, lambda: world.stop_task(late.arn))

        stage.at(5.2, place)
        stage.at(5.5, lambda: world.scale_in("web", first))
        stage.at(9, lambda: world.lag_lists("prod", 0))

    played = play(a_scenario(build, minutes=18))

    [let_go] = played.facts("hook_completed", actor="ballast")
    assert let_go.at_s < 9 * 60
    assert played.result.tasks_interrupted == 0
    assert not played.broken


def test_a_cluster_that_is_not_described_for_a_moment_stays_ours() -> None:
    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.at(3, lambda: stage.world.answer_missing("prod", for_s=90, operations=["DescribeClusters"]))
        stage.at(4.2, lambda: stage.world.scale_in("web", first))
        stage.at(4.3, lambda: stage.world.answer_missing("prod", for_s=0))

    played = play(a_scenario(build, minutes=14))

    [drained] = played.facts("container_instance_status", new="DRAINING")
    assert drained.at_s < 4.5 * 60
    assert not played.broken


@pytest.mark.parametrize("status", ["FAILED", "PROVISIONING", "DEPROVISIONING"])
def test_a_cluster_that_is_not_active_keeps_its_work_and_is_told(status: str) -> None:
    """D14."""

    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        export = stage.world.run_task("prod", "export", on=first)
        stage.at(43, lambda: stage.world.stop_task(export.arn))
        stage.at(3, lambda: stage.world.scale_in("web", first))
        stage.at(10, lambda: stage.world.set_cluster_status("prod", status))

    played = play(a_scenario(build, minutes=55))

    assert played.codes.count("ClusterNotActive") == 1
    assert len(played.facts("hook_heartbeat")) >= 3
    assert played.result.hooks_timed_out == 0
    assert played.result.tasks_interrupted == 0
