from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from simulator.delivery.faults import Faults
from simulator.delivery.records import Outcome
from tests.simulator.delivery.small_stack import Ballast

CHANNEL = "C0123456789"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def post(text: str = "hello", **more: Any) -> Any:
    return WebClient(token="xoxb-1").chat_postMessage(  # noqa: S106 - a fake workspace
        channel=CHANNEL, text=text, **more
    )


def run(folder: Path, work: Callable[[], Any], faults: Faults | None = None) -> tuple[Ballast, list[Any]]:
    found: list[Any] = []

    def handler(*_: Any) -> None:
        try:
            found.append(work())
        except (SlackApiError, TimeoutError) as error:
            found.append(error)

    with Ballast(folder, handler, faults=faults or Faults()) as ballast:
        ballast.world.emit()
        ballast.run(300)
    assert ballast.deployment.invocations[0].outcome is Outcome.OK
    return ballast, found


def test_a_message_is_posted_edited_in_place_and_has_a_thread(tmp_path: Path) -> None:
    def work() -> None:
        web = WebClient(token="xoxb-1")  # noqa: S106 - a fake workspace
        parent = web.chat_postMessage(channel=CHANNEL, text="draining", blocks=[section("a")])
        web.chat_postMessage(channel=CHANNEL, text="detail", thread_ts=parent["ts"])
        web.chat_update(channel=CHANNEL, ts=parent["ts"], text="drained")

    slack = run(tmp_path, work)[0].deployment.slack
    parent, reply = slack.messages

    assert (parent.text, parent.edits) == ("drained", 1)
    assert parent.looks[0].blocks == (section("a"),)
    assert slack.thread(parent.ts) == [reply]


def test_an_unknown_message_cannot_be_edited(tmp_path: Path) -> None:
    def work() -> None:
        web = WebClient(token="xoxb-1")  # noqa: S106 - a fake workspace
        web.chat_update(channel=CHANNEL, ts="1.0", text="drained")

    [error] = run(tmp_path, work)[1]

    assert error.response["error"] == "message_not_found"


def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(tmp_path: Path) -> None:
    def work() -> None:
        for _ in range(8):
            post()

    ballast, [error] = run(tmp_path, work)

    assert error.response.status_code == 429
    assert error.response.headers["Retry-After"] == "1"
    assert 3 <= len(ballast.deployment.slack.messages) <= 5
    assert ballast.deployment.slack.rate_limited == 1


@pytest.mark.parametrize(
    "blocks",
    [
        [section("a")] * 51,
        [section("a" * 3001)],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}] * 11}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "a" * 2001}]}],
        [{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}] * 11}],
        [{"type": "table"}],
        [{"type": "section"}],
    ],
)
def test_blocks_beyond_the_limits_are_refused(tmp_path: Path, blocks: list[Any]) -> None:
    ballast, [error] = run(tmp_path, lambda: post(blocks=blocks))

    assert error.response["error"] == "invalid_blocks"
    assert ballast.deployment.slack.messages == []
    assert len(ballast.deployment.slack.refused) == 1


def test_a_webhook_appends(tmp_path: Path) -> None:
    hook = WebhookClient("https://hooks.slack.com/services/T/B/x")
    ballast, [response] = run(tmp_path, lambda: hook.send(text="hello"))
    [message] = ballast.deployment.slack.messages

    assert (response.status_code, response.body) == (200, "ok")
    assert (message.text, message.channel) == ("hello", "webhook:/services/T/B/x")


def test_an_outage_is_http_503_or_a_timeout_until_it_ends(tmp_path: Path) -> None:
    def work() -> list[Any]:
        found = []
        for _ in range(12):
            try:
                post()
            except SlackApiError as error:
                found.append(error.response.status_code)
            except TimeoutError:
                found.append("timeout")
        return found

    ballast, [found] = run(tmp_path, work, Faults(slack_outages_s=((0, 30),)))

    assert {503, "timeout"} <= set(found)
    assert ballast.deployment.slack.messages != []


def test_a_wrong_token_is_refused(tmp_path: Path) -> None:
    web = WebClient(token="wrong")  # noqa: S106 - a fake workspace
    [error] = run(tmp_path, lambda: web.chat_postMessage(channel=CHANNEL, text="a"))[1]

    assert error.response["error"] == "invalid_auth"
