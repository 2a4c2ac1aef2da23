"""What is told of an end must have been seen: nothing is called empty, in time or moved that nobody saw so."""

from __future__ import annotations

from simulator.stage import MANAGED, Stage
from simulator.world.core.records import Task
from tests.scenarios.stages import Played, a_scenario, play


def told(played: Played) -> str:
    """All that people read, in small letters."""
    return " ".join(f"{n['what']} {n['impact']}" for n in played.result.notices).lower()


def task_of(stage: Stage, service: str) -> Task:
    return next(t for t in stage.world.clusters["prod"].tasks.values() if t.group == f"service:{service}")


def test_a_task_that_a_termination_from_the_console_cuts_off_is_counted_and_named() -> None:
    """0.1.0 said "0 tasks moved", "Impact: none" and "It was empty in time" (aws-cdk 6867)."""
    name: list[str] = []

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
        stage.world.add_service("prod", "shop", desired=1)
        task = task_of(stage, "shop")
        name.append(task.arn.rpartition("/")[2])
        stage.at(5, lambda: stage.world.terminate_instance(task.host.instance.id))

    played = play(a_scenario(build, minutes=10))

    assert played.result.tasks_interrupted == 1
    assert played.codes == ["InstanceStopping", "TasksCutOff", "InstanceGone"]
    assert played.notice("InstanceGone")["impact"] == f"1 task cut off: service shop, task {name[0]}."
    assert played.notice("TasksCutOff")["severity"] == "ticket"
    assert not any(claim in told(played) for claim in ("0 tasks", "in time", "is empty", "none."))


def test_a_task_on_a_host_whose_agent_was_lost_is_cut_off_too() -> None:
    """ECS never hears that it ended, and shows it RUNNING until the ghost is deregistered."""

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
        stage.world.add_service("prod", "shop", desired=1)
        host = task_of(stage, "shop").host.instance.id
        stage.at(3, lambda: stage.world.disconnect_agent(host))
        stage.at(5, lambda: stage.world.terminate_instance(host))

    played = play(a_scenario(build, minutes=10))

    assert played.notice("InstanceGone")["impact"].startswith("1 task cut off: service shop, task ")


def test_an_instance_with_fewer_tasks_than_there_are_daemon_services_is_empty_when_it_is_seen_so() -> None:
    """0.1.0 took two tasks for daemons, which run elsewhere: "empty after 3 s" (containers-roadmap 128)."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("spot", "prod", desired=1, spot=True, capacity_provider="spot")
        world.add_service("prod", "shop", desired=2, maximum_percent=200, stop_seconds=(100, 100))
        world.add_group("web", "prod", desired=3, capacity_provider="web")
        for host in stage.instances("web"):
            world.put_attributes(host, {"daemons": "yes"})
        for name in ("logs", "metrics", "traces"):
            world.add_service("prod", name, daemon=True, member_of=["attribute:daemons == yes"])
        [going] = stage.instances("spot")
        stage.at(3, lambda: world.warn_spot(going))

    played = play(a_scenario(build, minutes=9))

    stopped = [f.at_s for f in played.facts("task_stopped", service="shop")]
    assert len(stopped) == 2
    assert played.notice("DrainFinished")["at"] >= max(stopped)
    assert played.notice("InstanceGone")["impact"] == "It was empty in time."


def test_a_drain_that_had_to_be_paged_for_never_ends_with_a_green_tick() -> None:
    played = play("standalone-task")

    [ended] = [title for title in played.slack if " gone: " in title]
    assert ended.startswith("⚪")
    assert played.notice("DrainFinished")["impact"] == "It was not empty by its drain deadline. Somebody was paged."
    assert "in time" not in told(played)


def test_a_drain_in_good_order_ends_with_a_green_tick() -> None:
    played = play("retirement")

    assert next(title for title in played.slack if " gone: " in title).startswith("✅")
    assert played.notice("InstanceGone")["impact"] == "It was empty in time."


def test_of_several_that_go_each_is_counted_by_how_it_ended() -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("spot", "prod", desired=3, spot=True, capacity_provider="spot")
        world.add_service("prod", "shop", desired=3, stop_seconds=(5, 10))
        world.add_group("web", "prod", desired=3, capacity_provider="web")
        first, *_ = stage.instances("spot")
        world.run_task("prod", "export", on=first)
        for number in range(3):
            stage.at(3, lambda number=number: world.warn_spot(stage.instances("spot")[number]))  # type: ignore[misc]

    played = play(a_scenario(build, minutes=12))

    [ended] = [title for title in played.slack if "all over" in title]
    assert ended == "⚪ prod: Spot interruption, 3 instances, all over: 1 with tasks cut off, 2 empty in time"
    assert played.codes.count("TasksCutOff") == 1
    assert played.codes.count("DrainFinished") == 2
