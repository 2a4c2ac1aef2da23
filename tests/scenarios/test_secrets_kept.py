"""Whatever the operator's secret holds: nothing that leaves the function says a word of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

from ballast.telemetry import logger, tracer
from ballast.words.notice import Severity
from simulator.stage import BUTTONS, MANAGED, SLACK_SECRET, Stage
from tests.notification_builders import a_notice
from tests.scenarios.buttons import STRANGER, Room
from tests.scenarios.stages import a_scenario

PLANTED = "pLaNtEd7q"
STEP_MINUTES, CACHED_MINUTES = 0.2, 6
HOOK = "https://hooks.slack.com/services/T/B/"
GOOD = (f"xoxb-{PLANTED}", f"{HOOK}{PLANTED}")
MALFORMED = (
    json.dumps({"bot_token": f"xoxb-1\n{PLANTED}"}),
    json.dumps({"bot_token": f"xoxb-{PLANTED}\r\nX-Injected: 1"}),
    json.dumps({"bot_token": f"xoxb-{PLANTED}…"}),
    json.dumps({"bot_token": f"xoxp-{PLANTED}"}),
    json.dumps({"bot_token": [f"xoxb-{PLANTED}"]}),
    json.dumps({"bot_token": {"token": f"xoxb-{PLANTED}\n"}}),
    json.dumps({"webhook_url": f"{HOOK} {PLANTED}"}),
    json.dumps({"webhook_url": f"{HOOK}{PLANTED}\x7f"}),
    json.dumps({"webhook_url": f"http://hooks.slack.com/{PLANTED}"}),
    json.dumps({"webhook_url": f"https://{PLANTED}.example/services/T"}),
    json.dumps({"webhook_url": f"https://hooks.slack.com@{PLANTED}.example/"}),
    json.dumps([f"xoxb-{PLANTED}"]),
    json.dumps(f"xoxb-{PLANTED}"),
    f'{{"bot_token": "xoxb-{PLANTED}"',
    f'{{"bot_token": "xoxb-{PLANTED}", "n": {"9" * 5000}}}',
    "[" * 100_000 + PLANTED,
    f"xoxb-{PLANTED} xoxb-2",
    f"{HOOK}{PLANTED}\n{HOOK}2",
)


@dataclass
class Traces:
    """X-Ray's recorder without its daemon: keeps what the segments of Powertools' tracer would send."""

    sent: list[str] = field(default_factory=list)

    @contextmanager
    def in_subsegment(self, name: str, **_: Any) -> Iterator[Subsegment]:
        subsegment = Subsegment(name, "local", Segment("lambda"))
        try:
            yield subsegment
        except Exception as error:
            subsegment.add_exception(error, [])
            raise
        finally:
            subsegment.close()
            self.sent.append(subsegment.serialize())


class Lines(logging.Handler):
    """What CloudWatch would get, tracebacks and all."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Lines, Traces]]:
    """Inside a stage, which silences both."""
    lines, traces = Lines(), Traces()
    lines.setFormatter(logger.registered_formatter)
    monkeypatch.setattr(logger, "exception", Logger.exception.__get__(logger))
    monkeypatch.setattr(tracer, "provider", traces)
    root, ours, slack = logging.getLogger(), logger._logger, logging.getLogger("slack_sdk")
    for one, level in ((root, logging.INFO), (ours, logging.DEBUG), (slack, logging.DEBUG)):
        monkeypatch.setattr(one, "handlers", [lines])
        monkeypatch.setattr(one, "level", level)
        one.manager._clear_cache()  # type: ignore[attr-defined]  # of levels, which the stubs leave out
    logging.disable(logging.NOTSET)
    yield lines, traces


def test_no_line_trace_notice_dead_letter_or_message_quotes_the_slack_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [*MALFORMED, *GOOD]

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.deployment.faults = replace(stage.deployment.faults, slack_error=1.0)
        for number, secret in enumerate(secrets):
            stage.at(number * STEP_MINUTES, partial(plant, stage, secret))
            stage.at((number + 0.5) * STEP_MINUTES, partial(tell, stage, f"{number}"))

    def plant(stage: Stage, secret: str) -> None:
        stage.deployment.secrets[SLACK_SECRET] = secret

    def tell(stage: Stage, incident: str) -> None:
        at = stage.world.clock.utc - timedelta(seconds=1)
        notice = a_notice("DrainStuck", Severity.PAGE, incident=incident, reason=incident, started_at=at)
        stage.announce("Ballast Notice", notice.to_detail())

    with (
        Stage(a_scenario(build, minutes=len(secrets) * STEP_MINUTES + CACHED_MINUTES), seed=1) as stage,
        watched(monkeypatch) as (lines, traces),
    ):
        stage.play()
        out = stage.deployment
        said = {
            "log": lines.written,
            "trace": traces.sent,
            "event": [json.dumps(event.event) for event in out.bus.events],
            "dead letter": [repr(one) for one in out.dead_letters],
            "message": [one.message for one in out.messages],
            "metric": [json.dumps(one) for one in out.metrics],
            "Slack": [one.text for one in out.slack.messages],
        }

    assert [(where, text) for where, texts in said.items() for text in texts if PLANTED in text] == []
    unreadable = [line for line in lines.written if "Slack secret cannot be read" in line]
    assert len(unreadable) >= len(MALFORMED)
    assert [line for line in lines.written if "Slack did not take the message" in line]
    assert len(traces.sent) > len(secrets)
    assert [text for text in said["message"] if "SlackSecretMissing" in text]
    assert out.dead_letters == []


@pytest.mark.parametrize("held", [PLANTED * 3, f"{PLANTED}\n", [PLANTED], f"{PLANTED}…"])
def test_nothing_quotes_the_signing_secret_a_signature_or_where_slack_takes_an_answer(
    held: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(stage: Stage) -> None:
        room = Room(stage)
        stage.world.add_cluster("prod", MANAGED)
        stage.deployment.secrets[SLACK_SECRET] = json.dumps({"bot_token": "xoxb-1", "signing_secret": held})
        stage.at(1, lambda: stage.command("test", None))
        for number, secret in enumerate((str(held), PLANTED)):
            stage.at(3 + number, partial(room.press, "acknowledge", STRANGER, secret=secret))
        rooms.append(room)

    rooms: list[Room] = []
    with (
        Stage(a_scenario(build, minutes=8, parameters=BUTTONS), seed=1) as stage,
        watched(monkeypatch) as (lines, traces),
    ):
        stage.play()
        said = [*lines.written, *traces.sent, *map(repr, stage.deployment.dead_letters)]
        statuses = rooms[0].statuses

    wanted = [
        PLANTED,
        "/actions/",
        "v0=",
        "block_actions",
        *(h for r in rooms[0].sent for _, h in r.headers if "v0=" in h),
    ]
    assert [(word, text) for word in wanted for text in said if word in text] == []
    assert statuses == ([200, 401] if isinstance(held, str) and held.isalnum() else [503, 503])
    assert [line for line in lines.written if "pressed" in line]
