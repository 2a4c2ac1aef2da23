"""A rollout and a page are decided in Slack: through the template's Function URL, by the real handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.delivery.function_url import Request, ask
from simulator.delivery.pressing import body_of, buttons, click, signed
from simulator.invariants import violations
from simulator.result import ledger_items
from simulator.rollout_result import rollouts_in
from simulator.scenarios.update import AFTER
from simulator.stage import BUTTONS, MANAGED, SIGNING, Scenario, Stage
from tests.scenarios.buttons import AL, JO, STRANGER, Room
from tests.scenarios.test_updates import fleet

WAITS = {**BUTTONS, "UpdateApproval": "manual", "UpdateWaves": "100"}


def told(
    act: Callable[[Room], None], *, scenario: Scenario | None = None, minutes: float = 60, **parameters: str
) -> Room:
    chosen = scenario or fleet(lambda _: None, instances=3)
    chosen = replace(chosen, minutes=minutes, parameters={**chosen.parameters, **WAITS, **parameters})
    with Stage(chosen, 1) as stage:
        room = Room(stage)
        act(room)
        stage.play()
        assert violations(stage) == []
        return room


def state(room: Room) -> str:
    [rollout] = rollouts_in(ledger_items(room.stage))
    return str(rollout.state)


def at(minutes: float, verb: str, user: str = JO, **changes: Any) -> Callable[[Room], None]:
    return lambda room: room.stage.at(minutes, lambda: room.press(verb, user, **changes))


def test_a_rollout_waits_until_a_listed_person_approves_it_in_slack_and_then_goes_on() -> None:
    seen: list[str] = []

    def act(room: Room) -> None:
        room.stage.at(19, lambda: seen.extend([state(room), *room.shown]))
        at(20, "approve")(room)

    room = told(act)

    assert seen == ["waiting", "approve", "halt"]
    assert state(room) == "done"
    assert room.statuses == [200]
    assert [(c["command"], c["version"]) for c in room.commands] == [("approve", AFTER)]
    assert f"Approve {AFTER}: <@{JO}>" in room.written
    assert room.shown == []
    assert room.aside == []


def test_what_is_pressed_is_acknowledged_within_slacks_three_seconds_cold_start_included() -> None:
    began: list[float] = []
    answered: list[float] = []

    def press(room: Room) -> None:
        message = room.message("approve")
        request = signed(body_of(click(message, buttons(message)["approve"], JO, room.now_s)), SIGNING, room.now_s)
        began.append(room.now_s)
        ask(room.stage.deployment, "AnswerSlack", request, lambda _: answered.append(room.now_s))

    told(lambda room: room.stage.at(20, lambda: press(room)))

    assert answered[0] - began[0] < 3


@pytest.mark.parametrize(
    ("act", "status", "says"),
    [
        (at(20, "approve", STRANGER), 200, "you are not among the people"),
        (at(20, "approve", secret=SIGNING[::-1]), 401, None),
        (at(20, "approve", type="view_submission"), 200, None),
        (at(20, "approve", container={"message_ts": "1.1", "channel_id": "C0123456789"}), 200, "not in the message"),
    ],
)
def test_who_is_not_listed_or_not_slack_does_nothing(
    act: Callable[[Room], None], status: int, says: str | None
) -> None:
    room = told(act, minutes=30)

    assert state(room) == "waiting"
    assert room.statuses == [status]
    assert room.commands == []
    assert room.shown == ["approve", "halt"]
    assert len(room.aside) == (says is not None)
    assert all(says in each for each in room.aside if says)
    assert room.stage.deployment.dead_letters == []


def test_pressed_twice_replayed_and_by_two_at_once_it_is_said_once() -> None:
    def act(room: Room) -> None:
        at(20, "approve")(room)
        at(20, "approve")(room)
        at(20, "approve", AL)(room)
        room.stage.at(20.01, lambda: room.send(room.sent[0]))
        room.stage.at(22, lambda: room.send(room.sent[0]))
        room.stage.at(30, lambda: room.send(room.sent[0]))

    room = told(act)

    assert state(room) == "done"
    assert room.statuses[:5] == [200] * 5
    assert room.statuses[5:] == [401]  # five minutes are over
    assert len({c["id"] for c in room.commands}) == 1
    rollouts = [n for n in told_codes(room) if n == "BottlerocketRolloutApproved"]
    assert len(rollouts) == 1
    assert room.written.count(f"Approve {AFTER}: ") == 1


def told_codes(room: Room) -> list[str]:
    events = (e.event for e in room.stage.deployment.bus.events)
    return [e["detail"]["code"] for e in events if e["detail-type"] == "Ballast Notice"]


def test_where_two_are_needed_nobody_approves_alone() -> None:
    def act(room: Room) -> None:
        at(20, "approve")(room)
        at(21, "approve")(room)
        room.stage.at(24, lambda: seen.extend([state(room), room.written]))
        at(25, "approve", AL)(room)

    seen: list[str] = []
    room = told(act, SlackDecidersNeeded="2")

    assert seen[0] == "waiting"
    assert f"<@{JO}>, 2026-" in seen[1]
    assert "1 more needed" in seen[1]
    assert [("other" in each) for each in room.aside] == [True, False]
    assert "You have pressed this already" in room.aside[1]
    assert state(room) == "done"


def test_a_rollout_is_halted_and_goes_on_by_buttons_of_which_each_stands_while_it_fits() -> None:
    shown: dict[float, list[str]] = {}

    def act(room: Room) -> None:
        at(5, "approve")(room)
        at(9, "halt")(room)
        at(15, "resume")(room)
        for minute in (8, 12):
            room.stage.at(minute, lambda minute=minute: shown.update({minute: room.shown}))  # type: ignore[misc]

    room = told(act)

    assert shown == {8: ["halt"], 12: ["resume", "rollback"]}
    assert state(room) == "done"
    assert [c["command"] for c in room.commands] == ["approve", "halt", "resume"]


def test_a_button_that_stood_for_another_plan_does_nothing() -> None:
    """Somebody halts it with the command line, and the click was on its way."""
    kept: list[Request] = []

    def act(room: Room) -> None:
        def keep() -> None:
            message = room.message("approve")
            at_s = room.now_s + 100
            kept.append(signed(body_of(click(message, buttons(message)["approve"], JO, at_s)), SIGNING, at_s))

        room.stage.at(19, keep)
        room.stage.at(20, lambda: room.stage.command("halt"))
        room.stage.at(20.7, lambda: room.send(kept[0]))

    room = told(act, minutes=30)

    assert state(room) == "halted"
    assert room.statuses == [200]
    assert ["things have moved on" in each for each in room.aside] == [True]


def incident(stage: Stage) -> None:
    """A scale-in that a task holds up beyond its deadline pages."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "api", desired=8)
    held = stage.instances("web")[0]
    world.run_task("prod", "nightly-export", on=held)
    stage.at(1, lambda: world.scale_in("web", held))


def test_ballast_is_paused_from_a_page_and_goes_on_from_the_message_of_the_pause() -> None:
    paused: list[bool] = []

    def act(room: Room) -> None:
        at(10, "acknowledge")(room)
        at(11, "pause")(room)
        room.stage.at(14, lambda: paused.append("resume" in room.shown))
        at(15, "resume")(room)
        room.stage.at(20, lambda: paused.append("resume" in room.shown))

    scenario = Scenario("incident", "A drain is stuck", 60, incident, {"ScaleInDeadlineMinutes": "5"})
    room = told(act, scenario=scenario, minutes=25)

    assert [c["command"] for c in room.commands] == ["pause", "resume"]
    assert paused == [True, False]
    assert f"Acknowledge: <@{JO}>" in room.written
    assert f"Pause Ballast for 4 h: <@{JO}>" in room.written
    assert {"Paused", "PauseOver"} <= set(told_codes(room))


def test_without_deciders_there_is_no_url_no_function_and_no_button() -> None:
    room = told(lambda room: room.stage.at(20, lambda: None), minutes=21, SlackDeciders="")

    assert room.shown == []
    assert not {"AnswerSlack", "ObeyClick"} & room.stage.deployment.functions.keys()
    assert "Clicks" not in room.stage.deployment.queues
    with pytest.raises(LookupError):
        ask(room.stage.deployment, "AnswerSlack", Request(b"", ()), room.statuses.append)
