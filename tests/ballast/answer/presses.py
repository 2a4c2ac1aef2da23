"""A message that waits for a decision, and somebody who presses one of its buttons."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ballast.answer.click import Click, parse
from ballast.publish.choices import Choice, Verb, choices
from ballast.publish.conversation import Conversation
from ballast.words.asked import Asked
from ballast.words.notice import Severity
from simulator.delivery.pressing import RESPONSE_URL, body_of
from tests.notification_builders import NOW, a_notice, seconds

CHANNEL, TS = "C0123456789", "1764146400.000001"
JO, AL, STRANGER = "U0123456789", "U0123456780", "U9999999999"
PLAN = "0123456789abcdef"
ASKED = Asked(("approve", "halt"), PLAN, "aws-ecs-2", "x86_64", "1.64.0")
INCIDENT = "prod/rollout/aws-ecs-2/x86_64/1.64.0/20261123T090000Z"


def waiting(asked: Asked | None = ASKED, severity: Severity = Severity.TICKET, **changes: Any) -> Conversation:
    """As it stands in Slack."""
    notice = replace(a_notice("BottlerocketRolloutPlanned", severity, instance=None, incident=INCIDENT), asked=asked)
    conversation = Conversation("prod/bottlerocket_rollout/1", "prod", "bottlerocket_rollout", NOW).tell(notice)
    return replace(conversation, slack=replace(conversation.slack, channel=CHANNEL, ts=TS), **changes)


def button(verb: Verb, conversation: Conversation) -> Choice:
    return next(choice for choice in choices(conversation) if choice.verb is verb)


def a_payload(
    conversation: Conversation, verb: Verb = Verb.APPROVE, user: str = JO, after_s: float = 10
) -> dict[str, Any]:
    """What Slack sends of who presses it; docs.slack.dev/reference/interaction-payloads/block_actions-payload."""
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "jo", "team_id": "T1"},
        "api_app_id": "A1",
        "container": {"type": "message", "message_ts": TS, "channel_id": CHANNEL},
        "team": {"id": "T1", "domain": "example"},
        "response_url": RESPONSE_URL,
        "actions": [
            {
                "type": "button",
                "action_id": f"ballast.{verb}",
                "value": button(verb, conversation).value,
                "action_ts": f"{(NOW + seconds(after_s)).timestamp():.6f}",
            }
        ],
    }


def handed_on(payload: object, body: str | None = None) -> dict[str, Any]:
    """As answer_slack puts it on the queue."""
    text = body_of(payload).decode() if body is None else body  # type: ignore[arg-type]  # of a test
    return json.loads(json.dumps({"id": "", "source": "slack", "detail-type": "Interaction", "detail": {"body": text}}))  # type: ignore[no-any-return]


def a_click(conversation: Conversation, verb: Verb = Verb.APPROVE, user: str = JO, after_s: float = 10) -> Click:
    click = parse(handed_on(a_payload(conversation, verb, user, after_s)))
    assert click is not None
    return click
