"""Somebody at a Slack client, in front of a deployment that listens behind its Function URL."""

from __future__ import annotations

import json
from typing import Any

from simulator.delivery.function_url import Request, ask
from simulator.delivery.pressing import body_of, buttons, click, signed
from simulator.delivery.slack import SlackMessage
from simulator.stage import BUTTONS, SIGNING, Stage

JO, AL = BUTTONS["SlackDeciders"].split(",")
STRANGER = "U9999999999"


class Room:
    """Somebody at a Slack client: what they see, what they press, and what each request was answered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.statuses: list[int] = []
        self.sent: list[Request] = []

    def message(self, verb: str) -> SlackMessage:
        """The latest that has such a button."""
        return next(m for m in reversed(self.stage.deployment.slack.messages) if verb in buttons(m))

    def press(self, verb: str, user: str = JO, *, secret: str = SIGNING, **changes: Any) -> None:
        message = self.message(verb)
        at_s = self.now_s
        payload = click(message, buttons(message)[verb], user, at_s) | changes
        self.send(signed(body_of(payload), secret, at_s))

    def send(self, request: Request) -> None:
        self.sent.append(request)
        ask(self.stage.deployment, "AnswerSlack", request, self.statuses.append)

    @property
    def now_s(self) -> float:
        return self.stage.clock.epoch.timestamp() + self.stage.clock.now_s

    @property
    def aside(self) -> list[str]:
        return self.stage.deployment.slack.aside

    @property
    def commands(self) -> list[dict[str, Any]]:
        events = self.stage.deployment.bus.events
        return [e.event["detail"] for e in events if e.event["detail-type"] == "Ballast Update Command"]

    @property
    def shown(self) -> list[str]:
        """All buttons that stand under some message."""
        return [verb for m in self.stage.deployment.slack.messages for verb in buttons(m)]

    @property
    def written(self) -> str:
        return json.dumps([m.looks[-1].blocks for m in self.stage.deployment.slack.messages], ensure_ascii=False)
