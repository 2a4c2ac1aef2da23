"""Every scenario of the demo, as a timeline: what happened, and what on-call heard of it."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

import pytest

from simulator.stage import MANAGED, Stage
from tests.changes import changes_in
from tests.scenarios.stages import Played, a_scenario, play


def draining_times_s(played: Played) -> list[float]:
    """Seconds from each Spot warning to DRAINING."""
    drained = {f.data["instance"]: f.at_s for f in played.facts("container_instance_status", new="DRAINING")}
    return [drained[f.data["instance"]] - f.at_s for f in played.facts("spot_warned")]


def test_spot_storm_drains_200_instances_in_time_and_tells_how_it_began_and_ended() -> None:
    played = play("spot-storm")

    times_s = draining_times_s(played)
    assert len(times_s) == 200
    assert max(times_s) <= 15
    assert median(times_s) <= 5
    spot = [m for m in played.result.messages if "Spot" in m["subject"]]
    assert len(spot) == 2  # begun, and the true numbers of its end
    assert spot[-1]["subject"] == "[OVER] prod: Spot interruption, 200 instances, all over"
    assert not [n for n in played.result.notices if n["severity"] == "page"]
    assert (
        played.result.aws_calls["ecs:UpdateContainerInstancesState"] <= 200
    )  # they come one by one and wait for no company
    assert played.result.open_disruptions == 0
    assert not played.broken


def test_scale_in_is_held_with_heartbeats_until_the_slow_task_has_ended() -> None:
    played = play("scale-in")

    beats = played.facts("hook_heartbeat")
    (completed,) = played.facts("hook_completed", hook="ballast-drain")
    (waiting,) = played.facts("hook_waiting", hook="ballast-drain")
    assert completed.at_s - waiting.at_s > 25 * 60
    held = [waiting.at_s, *(b.at_s for b in beats), completed.at_s]
    assert max(later - earlier for earlier, later in pairwise(held)) <= 450  # half of 900 s
    assert completed.data["result"] == "CONTINUE"
    assert played.result.hooks_timed_out == 0
    assert played.result.tasks_interrupted == 0
    assert played.codes == ["ScaleIn", "DrainFinished", "InstanceGone"]
    assert not played.broken


def test_managed_draining_is_left_to_ecs_and_a_drain_that_hangs_is_one_ticket() -> None:
    played = play("managed-draining")

    assert not played.facts("container_instance_status", actor="ballast")
    assert not played.facts("hook_completed", actor="ballast")
    assert not played.facts("lifecycle_hook_put", actor="ballast")
    assert played.codes == ["ForeignDrainStuck"]
    assert "nightly-export" not in played.notice("ForeignDrainStuck")["what"]
    assert played.notice("ForeignDrainStuck")["severity"] == "ticket"


def test_retirement_in_ten_days_is_drained_at_once_and_replaced_without_interruption() -> None:
    played = play("retirement")

    assert played.codes == ["ScheduledChangeDrain", "DrainFinished", "InstanceGone"]
    assert played.facts("instance_state", state="terminated", cause="ballast")
    assert len(played.facts("instance_joined")) > 6
    assert played.result.tasks_interrupted == 0
    assert played.result.service_minimum_violations == 0
    assert not played.broken


def test_agent_blip_is_silence_and_agent_loss_is_one_ticket_that_closes() -> None:
    played = play("agent-loss")

    assert played.codes == ["AgentLost", "AgentBack"]
    assert len(played.facts("agent", connected=False)) == 2
    assert not played.facts("container_instance_status", actor="ballast")


def test_standalone_task_escalates_once_and_the_hook_is_completed_when_it_has_ended() -> None:
    played = play("standalone-task")

    assert played.codes == ["ScaleIn", "DrainStuck", "DrainFinished", "InstanceGone"]
    assert [m["severity"] for m in played.result.messages].count("page") == 1
    assert played.result.messages[-1]["subject"].startswith("[OVER]")
    assert not played.facts("task_stopping", cause="ballast")
    (completed,) = played.facts("hook_completed", hook="ballast-drain")
    assert completed.at_s > 40 * 60
    assert not played.broken


def test_standalone_task_is_stopped_at_once_where_the_operator_says_so() -> None:
    played = play("standalone-task", StandaloneTasks="stop")

    assert played.facts("task_stopping", cause="ballast")
    assert "DrainStuck" not in played.codes
    assert not played.broken


def test_forced_outcome_stops_what_is_left_at_the_deadline() -> None:
    played = play("standalone-task", ScaleInOutcome="force")

    assert played.codes == ["ScaleIn", "DrainForced", "DrainFinished", "InstanceGone"]
    (stopped,) = played.facts("task_stopping", cause="ballast")
    assert stopped.at_s >= 33 * 60


def test_service_that_cannot_move_waits_when_voluntary_and_pages_when_forced() -> None:
    played = play("fixed-service")

    assert played.codes == ["DrainWaits", "ScaleIn", "DrainStuck", "TasksCutOff", "InstanceGone"]
    first = played.notice("DrainWaits")["instance"]
    assert not played.facts("container_instance_status", instance=first)


def test_foreign_drain_is_reported_once_and_never_touched() -> None:
    played = play("foreign-drain")

    assert played.codes == ["ForeignDrainStuck"]
    assert not played.facts("container_instance_status", actor="ballast")
    assert not played.broken


def test_spot_instance_of_a_group_that_is_stopped_is_followed_until_its_group_has_replaced_it() -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("spot", "prod", desired=4, spot=True, capacity_provider="spot")
        stage.world.add_service("prod", "api", desired=6)
        taken = stage.instances("spot")[0]
        stage.at(2, lambda: stage.world.warn_spot(taken, "hibernate"))

    played = play(a_scenario(build, minutes=12))

    # EC2 hibernates it with the warning, so either word of it may come first.
    assert played.codes[0] in ("SpotInterruption", "InstanceStopping")
    assert played.codes[1:] == ["TasksCutOff", "InstanceGone"]
    assert played.result.hooks_timed_out == 0
    assert not played.broken


@pytest.mark.parametrize("scenario", ["tour", "scale-in", "retirement", "update", "bad-update"])
def test_dry_run_changes_nothing_and_says_what_it_would_do(scenario: str) -> None:
    played = play(scenario, DryRun="true")

    assert changes_in(played.result.aws_calls) == {}
    assert played.result.notices


def test_tour_moves_everything_and_pages_nobody() -> None:
    played = play("tour")

    assert played.result.tasks_interrupted == 0
    assert played.result.hooks_timed_out == 0
    assert played.result.hooks_completed >= 1
    assert [n["code"] for n in played.result.notices if n["severity"] == "page"] == []
    assert {"SpotInterruption", "ScaleIn", "ScheduledChangeDrain", "AgentLost"} <= set(played.codes)
    assert not played.broken


def test_same_seed_is_the_same_run() -> None:
    assert play("scale-in", seed=7).result == play("scale-in", seed=7).result
