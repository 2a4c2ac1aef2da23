"""A rollout that stands still says why within half an hour, and what cannot be known stops nothing that is under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from simulator.invariants import violations
from simulator.invariants.told import told_in
from simulator.result import ledger_items
from simulator.rollout_result import rollout_of
from simulator.stage import Scenario, Stage
from tests.scenarios.test_updates import fleet

STANDS = "BottlerocketRolloutStands"


def play(scenario: Scenario) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """What was told of the standstill, whole, each with the minute `at`; and how the rollout stands."""
    with Stage(scenario, 1) as stage:
        stage.play()
        told = [{**detail, "at": at_s / 60} for at_s, detail in told_in(stage) if detail["code"] == STANDS]
        rollout = rollout_of(ledger_items(stage))
        # It is not to end here.
        assert [
            broken for broken in violations(stage) if not broken.startswith(("every_rollout", "no_update_left"))
        ] == []
    assert rollout is not None
    return told, rollout


def test_a_window_that_is_too_short_for_a_drain_and_a_reboot_is_a_ticket_within_half_an_hour() -> None:
    """U8: 0.1.0 was silent for 27 hours."""
    told, rollout = play(fleet(minutes=45, parameters={"UpdateWindows": "0 2 * * * for 1h in UTC"}))

    [ticket] = told
    assert ticket["severity"] == "ticket"
    assert ticket["at"] < 33
    assert ticket["why"].startswith("No maintenance window is open for more than 60 min, and a drain and a reboot may")
    assert rollout["state"] == "running"


def test_a_drain_of_somebody_else_that_eats_the_budget_is_named() -> None:
    theirs: list[str] = []

    def happens(stage: Stage) -> None:
        theirs.extend(stage.instances("web")[:1])
        stage.at(1, lambda: stage.world.drain_by_somebody_else(theirs[0]))

    told, _ = play(fleet(happens, minutes=45))

    [notice] = told
    assert notice["severity"] == "info"
    assert f"(DRAINING otherwise: {theirs[0]})" in notice["why"]


def test_while_cloudwatch_does_not_answer_nothing_begins_and_what_is_under_way_ends() -> None:
    def happens(stage: Stage) -> None:
        stage.world.alarms["errors"] = "OK"
        stage.at(8, lambda: stage.world.refuse_calls("cloudwatch", "DescribeAlarms"))

    told, rollout = play(fleet(happens, instances=8, minutes=60, parameters={"UpdateAlarms": "errors"}))

    [notice] = told
    assert notice["why"].startswith("The CloudWatch alarm errors cannot be read: AWS refused DescribeAlarms")
    assert rollout["state"] == "running"
    assert 0 < rollout["on_target"] < 8


@pytest.mark.parametrize("parameter", ["UpdateAlarms", "UpdateCalendars"])
def test_a_name_that_does_not_exist_is_a_ticket_and_halts_nothing(parameter: str) -> None:
    told, rollout = play(fleet(minutes=35, parameters={parameter: "mistyped"}))

    [ticket] = told
    assert ticket["severity"] == "ticket"
    assert "mistyped" in ticket["why"]
    assert rollout["state"] == "running"
