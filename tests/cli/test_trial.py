"""`ballast test`: whether what is told is taken in, and where it is to arrive."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ballast import clock
from ballast.aws.operator_calls import Stack
from ballast.records.command import Command, CommandKind
from ballast_cli.trial import LOOKS_EVERY_S, WAITS_S, NotTakenInError, follow
from tests.aws_stubs import Stubs, stubbed
from tests.builders import NOW

STACK = Stack("ballast", "ledger", {"SlackChannel": "C0123456789"}, "notices")
COMMAND = Command(CommandKind.TEST, None, "jo", NOW, severity="ticket", id="c-1")
SEEN = {"events": [{"message": json.dumps({"message": "told", "notice": {"id": "test/c-1/Test"}})}]}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs


def test_it_waits_until_the_notice_is_in_the_log_and_says_where_to_look(aws: Stubs, slept: list[float]) -> None:
    answers: tuple[dict[str, Any], ...] = ({"events": []}, SEEN)
    for answer in answers:
        aws.answers("logs", "filter_log_events", {
            "logGroupName": "notices", "startTime": round(NOW.timestamp() * 1000) - 300_000,
            "endTime": round(NOW.timestamp() * 1000),
            "filterPattern": '{ ($.notice.id = *) && ($.notice.incident = "test/c-1") }',
        }, answer)  # fmt: skip

    taken, where, slack, more = follow(STACK, COMMAND)
    assert slept == [LOOKS_EVERY_S]
    assert taken == "publish_notification has taken it in."
    assert "within a minute or two" in where
    assert "take its severity (ticket)" in where
    assert slack == "and in the Slack channel C0123456789."
    assert "docs/operating.md#test" in more


def test_what_is_never_taken_in_is_an_error_that_says_where_to_look(aws: Stubs, slept: list[float]) -> None:
    tries = int(WAITS_S / LOOKS_EVERY_S)
    for _ in range(tries):
        aws.stub("logs").add_response("filter_log_events", {"events": []})

    with pytest.raises(NotTakenInError, match="has not taken it in within 90 s: look at the alarms"):
        follow(STACK, COMMAND)
    assert len(slept) == tries


@pytest.mark.usefixtures("slept")
def test_who_may_not_read_the_log_and_who_has_an_older_stack_is_told_so(aws: Stubs) -> None:
    aws.refuses("logs", "filter_log_events", "AccessDeniedException")

    assert "cannot be seen: AWS refused FilterLogEvents (AccessDeniedException): no." in follow(STACK, COMMAND)[0]
    assert "of an older version" in follow(replace(STACK, history=None), COMMAND)[0]


@pytest.mark.usefixtures("slept")
def test_a_page_comes_at_once_and_without_a_channel_nothing_comes_to_slack(aws: Stubs) -> None:
    aws.stub("logs").add_response("filter_log_events", SEEN)

    _, where, slack, _ = follow(replace(STACK, parameters={}), replace(COMMAND, severity="page"))
    assert "at once" in where
    assert slack == "and nowhere in Slack, as SlackChannel is empty."
