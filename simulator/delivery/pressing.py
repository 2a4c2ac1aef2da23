"""What does Slack send when somebody presses a button? Signed as Slack signs, to the app's Request URL.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from simulator.delivery.function_url import Request
from simulator.delivery.slack import SlackMessage

TEAM, APP = "T0123456789", "A0123456789"
RESPONSE_URL = f"https://hooks.slack.com/actions/{TEAM}/1/secret"


def buttons(message: SlackMessage) -> dict[str, Mapping[str, Any]]:
    """Those that the message has now, by what they do."""
    elements = [e for block in message.looks[-1].blocks if block["type"] == "actions" for e in block["elements"]]
    return {e["action_id"].removeprefix("ballast."): e for e in elements}


def click(message: SlackMessage, button: Mapping[str, Any], user: str, at_s: float) -> dict[str, Any]:
    """The payload."""
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "jo", "name": "jo", "team_id": TEAM},
        "api_app_id": APP,
        "token": "deprecated",
        "container": {
            "type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": False,
        },
        "trigger_id": "1.2.3",
        "team": {"id": TEAM, "domain": "example"},
        "channel": {"id": message.channel, "name": "on-call"},
        "message": {"type": "message", "ts": message.ts, "text": message.text, "blocks": list(message.looks[-1].blocks)},
        "response_url": RESPONSE_URL,
        "actions": [
            {
                "type": "button", "action_id": button["action_id"], "block_id": "b", "value": button["value"],
                "text": button["text"], "action_ts": f"{at_s:.6f}",
            }
        ],
    }  # fmt: skip


def body_of(payload: Mapping[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, secret: str, at_s: float) -> Request:
    """At a time in seconds since 1970."""
    timestamp = f"{at_s:.0f}"
    signature = hmac.digest(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, "sha256").hex()
    headers = (
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Slack-Request-Timestamp", timestamp),
        ("X-Slack-Signature", f"v0={signature}"),
    )
    return Request(body, headers)
