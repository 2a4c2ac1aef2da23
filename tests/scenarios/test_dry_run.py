"""In dry run nothing is done, and every sentence about what Ballast would do says so."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.stage import MANAGED, Stage
from tests.changes import changes_in
from tests.scenarios.stages import a_scenario, play

WALK = ("tour", "scale-in", "retirement", "fixed-service", "bad-update", "managed-draining", "standalone-task")


def rehearsed(stage: Stage) -> list[dict[str, Any]]:
    notices = [put.event["detail"] for put in stage.deployment.bus.events if put.event["source"] == "ballast"]
    return [n for n in notices if n.get("dryRun")]


@pytest.mark.parametrize("name", WALK)
def test_what_is_rehearsed_is_told_as_what_would_be(name: str) -> None:
    """0.1.0 said "is set to DRAINING" of an instance that nobody touched."""
    from simulator.scenarios import scenarios  # noqa: PLC0415 - the names above are its keys

    scenario = scenarios()[name]
    with Stage(a_scenario(scenario.build, minutes=scenario.minutes, parameters={"DryRun": "true"}), 1) as stage:
        stage.play()
        told = rehearsed(stage)

    assert told or name == "managed-draining"
    for notice in told:
        assert "would" in notice["what"]
        assert " is set to" not in notice["what"]
        assert notice["next"].endswith("deploy with DryRun=false to have it act.")


def test_a_scale_in_is_rehearsed_although_no_hook_holds_it() -> None:
    """0.1.0 said that EC2 is already stopping it, as if a warning were missing."""
    played = play("scale-in", DryRun="true")

    what = [n["what"] for n in played.result.notices if n["code"] == "InstanceStopping"]
    assert len(what) == 1
    assert what[0].endswith("would have been held by our lifecycle hook and drained before web terminated it.")
    assert changes_in(played.result.aws_calls) == {}


def test_of_a_group_that_ecs_drains_no_hook_of_ours_is_rehearsed() -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=4, capacity_provider="web", managed_draining=True)
        stage.at(3, lambda: stage.world.scale_in("web"))

    played = play(a_scenario(build, minutes=20, parameters={"DryRun": "true"}))

    assert not [n for n in played.result.notices if "our lifecycle hook" in n["what"]]
