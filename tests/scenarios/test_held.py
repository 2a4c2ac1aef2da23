"""Who is held, and by whom it is let go: several records, several clusters, and hooks that hold who survives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal

import pytest

from simulator.delivery.faults import Faults
from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import Played, a_scenario, play

type Listed = Literal["first", "last"]


def a_fleet(stage: Stage, *, desired: int = 4, stop_seconds: tuple[float, float] = (30, 60)) -> list[str]:
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=desired, capacity_provider="web")
    stage.world.add_service("prod", "api", desired=6, stop_seconds=stop_seconds)
    return stage.instances("web")


def a_fleet_that_shares_its_group(stage: Stage, other: str, tags: Mapping[str, str]) -> str:
    """One of the two instances in the `other` cluster; what were their records before have no tasks."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_cluster(other, tags)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    _, moved, spare, *_ = stage.instances("web")
    for instance in (moved, spare):
        world.move_agent(instance, other)
    world.add_service("prod", "api", desired=6, stop_seconds=(30, 60))
    return moved


def early(played: Played) -> list[str]:
    return [b for b in played.broken if "completed_early" in b or "timed_out" in b or "no_bug" in b]


def draining(played: Played) -> list[str]:
    return [f.data["instance"] for f in played.facts("container_instance_status", new="DRAINING", actor="ballast")]


@pytest.mark.parametrize("listed", ["first", "last"])
@pytest.mark.parametrize("cluster", ["prod", "a-cluster", "z-cluster"])
def test_eight_warnings_in_a_batch_drain_eight_hosts_though_one_has_an_older_record(
    listed: Listed, cluster: str
) -> None:
    """D1."""

    def build(stage: Stage) -> None:
        hosts = a_fleet(stage, desired=12)
        for name in ("a-cluster", "z-cluster"):
            stage.world.add_cluster(name, MANAGED)
        stage.world.add_ghost(hosts[0], cluster, listed=listed)
        for host in hosts[:8]:
            stage.at(3, partial(stage.world.warn_spot, host))

    played = play(a_scenario(build, minutes=8))

    drained = played.facts("container_instance_status", new="DRAINING", actor="ballast")
    assert len(drained) == 8
    assert max(f.at_s for f in drained) < 3 * 60 + 30
    assert played.result.tasks_interrupted == 0
    assert played.codes.count("StaleRecord") <= 1


@pytest.mark.parametrize("listed", ["first", "last"])
@pytest.mark.parametrize("cluster", ["prod", "a-cluster", "z-cluster"])
def test_a_scale_in_waits_until_no_record_has_tasks(listed: Listed, cluster: str) -> None:
    """D2: the instance is drained by its connected record; the tasks of the older one hold it as well."""

    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        for name in ("a-cluster", "z-cluster"):
            stage.world.add_cluster(name, MANAGED)
        ghost = stage.world.add_ghost(first, cluster, tasks=1, listed=listed)
        stage.at(3, lambda: stage.world.scale_in("web", first))
        stage.at(15, lambda: stage.world.registry.deregister(ghost, actor="somebody"))

    played = play(a_scenario(build, minutes=25))

    assert len(draining(played)) == 1
    [let_go] = played.facts("hook_completed", actor="ballast")
    assert let_go.at_s > 15 * 60
    assert early(played) == []


def test_an_older_record_is_told_once_and_stays_until_the_instance_ends() -> None:
    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.world.add_ghost(first)
        stage.at(30, lambda: stage.world.terminate_instance(first))

    played = play(a_scenario(build, minutes=40))

    assert [code for code in played.codes if code in ("StaleRecord", "AgentLost")] == ["StaleRecord"]
    removed = played.facts("container_instance_deregistered", actor="ballast")
    assert all(f.at_s > 30 * 60 for f in removed)


@pytest.mark.parametrize("lost", [False, True])
def test_a_group_of_two_managed_clusters_is_held_until_the_cluster_that_has_the_instance_is_done(*, lost: bool) -> None:
    """D3; with `lost`, the sweeps find the held instance by themselves."""

    def build(stage: Stage) -> None:
        world = stage.world
        second = a_fleet_that_shares_its_group(stage, "blue", MANAGED)
        world.add_service("blue", "jobs", desired=2, stop_seconds=(200, 260))
        stage.at(20, lambda: world.scale_in("web", second))

    faults = Faults(lost_event={"aws.autoscaling": 1.0}) if lost else None
    played = play(a_scenario(build, minutes=40), faults=faults)

    [let_go] = played.facts("hook_completed", actor="ballast")
    assert 23 * 60 < let_go.at_s < 27 * 60
    assert [f.data["cluster"] for f in played.facts("container_instance_status", new="DRAINING")] == ["blue"]
    assert early(played) == []


def test_one_that_has_moved_within_its_group_is_not_called_empty_with_tasks_on_its_old_record() -> None:
    """Where both records came with an event, the tasks of the old one were never asked for."""

    def build(stage: Stage) -> None:
        world = stage.world
        a_fleet_that_shares_its_group(stage, "blue", MANAGED)
        moves = stage.instances("web")[0]
        world.add_service("blue", "jobs", desired=1)
        stage.at(18, lambda: world.move_agent(moves, "blue"))
        stage.at(19, lambda: world.lag_describe_instances(60))
        stage.at(20, lambda: world.stop_instance(moves))

    played = play(a_scenario(build, minutes=30), StandaloneTasks="stop")

    assert "DrainFinished" not in played.codes
    assert played.broken == []


def test_an_instance_of_a_cluster_that_is_not_ours_is_held_and_told() -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        second = a_fleet_that_shares_its_group(stage, "theirs", {})
        task = world.run_task("theirs", on=second)
        stage.at(30, lambda: world.stop_task(task.arn))
        stage.at(6, lambda: world.scale_in("web", second))

    played = play(a_scenario(build, minutes=50))

    [let_go] = played.facts("hook_completed", actor="ballast")
    assert let_go.at_s > 30 * 60
    assert played.codes.count("HeldForStranger") == 1
    assert not [f for f in played.facts("container_instance_status", actor="ballast") if f.data["cluster"] == "theirs"]
    assert early(played) == []


def test_an_instance_that_never_joined_is_let_go_at_the_second_look() -> None:
    def build(stage: Stage) -> None:
        a_fleet(stage)
        first, *_ = stage.instances("web")
        stage.at(1, lambda: stage.world.registry.deregister(stage.world.host(first), actor="somebody"))
        stage.at(6, lambda: stage.world.scale_in("web", first))

    played = play(a_scenario(build, minutes=14))

    [let_go] = played.facts("hook_completed", actor="ballast")
    assert 7 * 60 <= let_go.at_s < 9 * 60


def test_a_new_root_volume_is_waited_for_with_an_empty_host_that_serves_again() -> None:
    def build(stage: Stage) -> None:
        a_fleet(stage)
        stage.at(5, lambda: stage.world.replace_root_volumes("web"))

    played = play(a_scenario(build, minutes=60))

    assert len(played.facts("root_volume_replaced")) == 4
    assert played.result.tasks_interrupted == 0
    assert played.result.hooks_timed_out == 0
    assert played.codes.count("RootVolumeDrain") == 4
    assert early(played) == []
    assert not [b for b in played.broken if "left_draining" in b or "left_open" in b]


@pytest.mark.parametrize("lost", [False, True])
def test_a_host_that_is_to_end_while_it_waits_for_a_root_volume_is_held_anew(*, lost: bool) -> None:
    """Its second hold lasts as long as the first may, even where no event tells of it; the deadline is 20 minutes."""

    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.world.run_task("prod", on=first)
        stage.at(5, lambda: stage.world.replace_root_volumes("web"))
        if lost:
            stage.at(21, lambda: setattr(stage.deployment, "faults", Faults(lost_event={"aws.autoscaling": 1.0})))
        stage.at(22, lambda: stage.world.scale_in("web", first))

    played = play(a_scenario(build, minutes=62), ScaleInDeadlineMinutes="20")

    [timed_out] = played.facts("hook_timed_out")
    assert timed_out.at_s > (22 + 20) * 60
    assert early(played) == []


def test_reuse_on_scale_in_is_told_to_be_unsupported_and_holds_nobody() -> None:
    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.world.put_warm_pool("web", reuse_on_scale_in=True)
        stage.at(6, lambda: stage.world.scale_in("web", first))
        stage.at(25, lambda: stage.world.set_desired("web", 4))

    played = play(a_scenario(build, minutes=45))

    assert "WarmPoolReuse" in played.codes
    assert played.result.hooks_timed_out == 0
    assert played.result.tasks_interrupted == 0
    assert early(played) == []


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("shrinks", [False, True])
def test_an_instance_of_the_warm_pool_is_let_go(*, shrinks: bool, lost: bool) -> None:
    """Chaos seed 60228: with `lost`, its group's description does not have it, and its hook ran out.

    The pool `shrinks`, as where the group has grown, or is deleted.
    """

    def build(stage: Stage) -> None:
        a_fleet(stage)
        end = partial(stage.world.put_warm_pool, "web", minimum=1, state="Running", most_prepared=5)
        stage.world.put_warm_pool("web", minimum=2, state="Running", most_prepared=6)
        stage.at(12, end if shrinks else lambda: stage.world.delete_warm_pool("web"))

    played = play(a_scenario(build, minutes=25), faults=Faults(lost_event={"aws.autoscaling": 1.0}) if lost else None)

    let_go = played.facts("hook_completed", actor="ballast")
    assert len(let_go) == (1 if shrinks else 2)
    assert all(fact.at_s < 15 * 60 for fact in let_go)
    assert played.result.hooks_timed_out == 0
    assert played.broken == []
