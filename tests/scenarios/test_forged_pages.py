"""Whoever may put events forges pages: a few are told, one message counts the rest, and a real page is told at once."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

from ballast.words.notice import DETAIL_TYPE, Severity
from simulator.clock import EPOCH
from simulator.stage import Stage
from tests.notification_builders import a_notice
from tests.scenarios.stages import a_scenario

FORGED, SECONDS = 300, 5


def attacked(stage: Stage, *, kinds: int) -> float:
    """Sixty forged pages a second, of so many codes and clusters; when the real one was sent, in seconds."""
    at_s: list[float] = []

    def forge(number: int) -> None:
        notice = a_notice(
            f"Made{number % kinds}", Severity.PAGE, cluster=f"c{number % kinds}", instance=f"i-{number}",
            started_at=stage.world.clock.utc, plan=("StopTask",),
        )  # fmt: skip
        stage.announce(DETAIL_TYPE, notice.to_detail())

    def tell() -> None:
        at_s.append(stage.clock.now_s)
        stage.tell(a_notice("DrainStuck", Severity.PAGE, cluster="prod", started_at=stage.world.clock.utc))

    for number in range(FORGED):
        stage.at(1 + number * SECONDS / FORGED / 60, partial(forge, number))
    stage.at(1 + SECONDS / 2 / 60, tell)
    stage.play()
    return at_s[0]


def said(stage: Stage) -> list[tuple[float, dict[str, Any]]]:
    return [(m.at_s, json.loads(json.loads(m.message)["sqs"])) for m in stage.deployment.messages]


def test_of_three_hundred_forged_pages_twenty_are_told_and_the_real_one_among_them_at_once() -> None:
    """Each of another code and cluster, so that none joins another."""
    with Stage(a_scenario(lambda _: None, minutes=3), 1) as stage:
        real_s = attacked(stage, kinds=FORGED)
        out = stage.deployment
        messages, slack = said(stage), out.slack.messages

    forged = [m for _, m in messages if m["reason"] == "unverified"]
    [(at_s, _)] = [(at_s, m) for at_s, m in messages if m["code"] == "DrainStuck"]
    assert at_s - real_s < 5
    assert min(look.at_s for m in slack for look in m.looks if "prod" in m.text) - real_s < 10
    assert [m["incidents"] for m in forged] == [1] * 20
    assert all("Not verified" in m["what"] and not m["plan"] for m in forged)
    [held] = [m for _, m in messages if m["code"] == "NoticesHeldBack"]
    assert "At least 100 notices" in held["what"]
    assert len(messages) == 22
    assert not out.dead_letters


def test_a_forged_end_neither_closes_nor_hides_what_ballast_opened_and_a_replay_changes_nothing() -> None:
    page = a_notice("DrainStuck", Severity.PAGE, incident="prod/i-1", started_at=EPOCH)
    end = replace(page, code="InstanceGone", severity=Severity.INFO, closes_incident=True, what="i-1 is gone.")

    def build(stage: Stage) -> None:
        stage.at(0.2, lambda: stage.tell(page))
        stage.at(0.4, lambda: stage.announce(DETAIL_TYPE, end.to_detail()))
        stage.at(
            0.6,
            lambda: stage.announce(DETAIL_TYPE, {**stage.signed(DETAIL_TYPE, page.to_detail()), "severity": "info"}),
        )
        stage.at(0.8, lambda: stage.tell(page))  # of a redriven queue
        stage.at(3, lambda: stage.tell(end))

    with Stage(a_scenario(build, minutes=5), 1) as stage:
        stage.play()
        ours = [(round(at_s), m["state"], m["code"]) for at_s, m in said(stage) if m["reason"] != "unverified"]
        theirs = [m for _, m in said(stage) if m["reason"] == "unverified"]

    assert [(state, code) for _, state, code in ours] == [("open", "DrainStuck"), ("closed", "InstanceGone")]
    assert [at_s >= 180 for at_s, _, _ in ours] == [False, True]
    assert [sorted(m["counts"].items()) for m in theirs] == [[("DrainStuck", 1), ("InstanceGone", 1)]]
    assert "Not verified" in theirs[0]["what"]
