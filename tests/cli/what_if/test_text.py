"""The answer in a terminal: fits, says first what happens, names who blocks, and hides nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast_cli.what_if.answer import Answer, Blocked, RolledOut, Stays, Told
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import PolicyFile, Question
from ballast_cli.what_if.text import lines
from tests.cli.what_if.fleets import ON, all_blocked, dumped, small_mixed


@pytest.fixture(scope="module")
def mixed() -> Answer:
    return answer(Question(dumped(small_mixed, **ON)))


@pytest.fixture(scope="module")
def blocked() -> Answer:
    return answer(Question(dumped(all_blocked, **ON)))


def text(found: Answer, width: int = 100, *, everything: bool = False) -> str:
    return "\n".join(lines(found, width, everything=everything))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(mixed: Answer, blocked: Answer, width: int) -> None:
    for found in (mixed, blocked):
        for everything in (False, True):
            assert [line for line in lines(found, width, everything=everything) if len(line) > width] == []


def test_it_says_what_was_asked_what_it_costs_and_that_nothing_was_changed(mixed: Answer) -> None:
    said = text(mixed).splitlines()

    assert said[0] == "shop in us-east-1 as of 2026-11-23 09:00 UTC: 10 instances, 25 tasks, 5 services."
    assert said[1] == "Played for 15 minutes, no event. Nothing was changed on AWS."
    assert said[2].startswith("Policy: Rebalance=on, RebalanceConsolidate=on, RebalanceReplace=on, Repair=on,")
    cost = said.index("Cost of an hour")
    assert said[cost + 1 : cost + 4] == [
        f"  now    {mixed.cost.now:.3f} USD",
        f"  then   {mixed.cost.then:.3f} USD  once what begins in this time is over",
        f"  bound  {mixed.cost.bound:.3f} USD  no plan is below; the rest of now:",
    ]


def test_drains_are_in_their_order_and_summed_up(mixed: Answer) -> None:
    said = text(mixed)
    places = [said.index(drain.instance) for drain in mixed.drained]

    assert places == sorted(places)
    assert "in all 4 instances, 6 tasks, 0.454 USD/h saved" in said


def test_what_is_drained_in_the_story_is_not_told_to_stay(mixed: Answer) -> None:
    _, _, stays = text(mixed).partition("What stays, and why")

    assert [drain.instance for drain in mixed.drained if drain.instance in stays] == []


def test_a_reason_comes_with_who_is_behind_it_what_it_holds_and_what_lifts_it(blocked: Answer) -> None:
    said = text(blocked, 120)

    assert "1 instance, 0.330 USD/h: the service can be moved nowhere\n      because of ledger (1)" in said
    assert "service ledger may run neither one task more nor one less than 1, so ECS cannot move it" in said
    assert "holds 0.330 USD/h more than the tasks are worth" in said
    assert "lifted by: The protection expires, or the service ends it" in said
    assert "see pause." in said


def test_many_of_one_reason_are_counted_and_all_shows_each(blocked: Answer) -> None:
    many = tuple(
        Stays(f"i-{n:017x}", "web", "no room for its tasks", "they are large", "api", 0.1) for n in range(1200)
    )
    found = replace(blocked, stays=many, blocked=(Blocked("no room for its tasks", "api", 2.5, 1.5),))

    said = text(found, 120)
    assert "1,200 instances, 120.000 USD/h: no room for its tasks" in said
    assert "because of api (1200)" in said
    assert "and 1196 more" in said
    assert "holds 2.500 USD/h more than the tasks are worth; lifting api alone wins 1.500 at once" in said
    assert text(found, everything=True).count("they are large") == 1200


def test_what_is_not_switched_on_is_told_with_its_switches() -> None:
    report = PolicyFile("report.toml", {"Rebalance": "report", "Repair": "off"})
    said = text(answer(Question(dumped(small_mixed, **ON), report)), 120)

    assert "Policy report.toml: " in said
    assert "Would be done, but is not switched on (Rebalance=report, RebalanceConsolidate=on" in said
    assert "Drained, in this order\n  nothing" in said


def test_a_rollout_is_told_with_what_is_left(mixed: Answer) -> None:
    left = {"i-2": "failed: x"}
    counts = (4, 6, 1, 1)
    rollout = RolledOut("aws-ecs-2", "x86_64", "1.64.0", "halted", *counts, "the canary failed", ("i-1", "i-2"), left)
    said = text(replace(mixed, release="1.64.0", rollouts=(rollout,)), 120)

    assert "no event" not in said
    assert "Bottlerocket 1.64.0 comes out" in said
    assert "aws-ecs-2 x86_64 to 1.64.0: halted (the canary failed); 4 of 6 run it, 1 failed, 1 left out." in said
    assert "in this order: i-1, i-2" in said
    assert "i-2 is failed: x" in said
    assert "no rollout begins: UpdateStrategy=off" in text(replace(mixed, release="1.64.0"))


def test_what_rings_is_told_and_the_rest_is_counted(mixed: Answer) -> None:
    told = (
        Told(65.0, "page", "A", "It burns."),
        Told(90_061.0, "ticket", "B", "It smells."),
        Told(1.0, "info", "C", "Well."),
    )
    said = text(replace(mixed, told=told))

    assert "  01:05     PAGE    It burns." in said
    assert "  1d 01:01  TICKET  It smells." in said
    assert "and 1 message that asks nobody to act" in said


def test_what_has_no_price_is_told_beside_the_sum(mixed: Answer) -> None:
    assert "and 3 instances without a known price" in text(replace(mixed, cost=replace(mixed.cost, no_price=3)))
