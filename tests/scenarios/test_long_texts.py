"""Texts as long as AWS allows, in scripts that take four bytes a character."""

from __future__ import annotations

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario, play

LONG_TAG = {"ballast:budget": "𠀀" * 256}  # a letter, so a tag takes it


def test_a_long_tag_that_cannot_be_read_is_one_ticket_and_stops_no_sweep() -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED | LONG_TAG)
        stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
        stage.world.add_service("prod", "api", desired=4, stop_seconds=(2, 10))

    played = play(a_scenario(build, minutes=8))

    assert played.codes == ["PolicyUnreadable"]
    assert played.result.dead_letters == 0
    assert len([n for n in played.result.notices if n["code"] == "PolicyUnreadable"]) == 1
    assert len([m for m in played.result.messages if m["severity"] == "ticket"]) == 1
    assert not played.broken
