"""Drills, as a timeline: each ends with the instance ACTIVE, but for the one that a Spot warning overtakes."""

from __future__ import annotations

from tests.scenarios.stages import play


def test_each_drill_ends_as_it_should() -> None:
    played = play("drill")
    told = [(n["code"], n["instance"]) for n in played.result.notices if n["instance"]]
    [warned] = [fact.data["instance"] for fact in played.facts("spot_warned")]

    assert [code for code, _ in told[:7]] == [
        "DrillDrain", "DrillOver", "DrillDrain", "DrillOver", "DrillRefused", "DrillDrain", "DrainFinished",
    ]  # fmt: skip
    assert [instance == warned for _, instance in told[:7]] == [False] * 5 + [True] * 2
    drained = {fact.data["instance"]: fact.data["new"] for fact in played.facts("container_instance_status")}
    assert {instance for instance, new in drained.items() if new == "DRAINING"} <= {warned}
    assert not played.broken


def test_the_slow_one_is_given_back_after_ten_minutes_and_nothing_is_cut_off() -> None:
    played = play("drill")
    slow = [n for n in played.result.notices if n["code"].startswith("Drill")][2]["instance"]
    began, ended = (fact.at_s for fact in played.facts("container_instance_status", instance=slow))

    assert 600 <= ended - began <= 700
    assert played.result.tasks_interrupted == 0
    assert {n["severity"] for n in played.result.notices} == {"info"}
    assert played.result.open_disruptions == 0
