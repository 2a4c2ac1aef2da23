"""What does Slack say of somebody who pressed a button? Read from the body that `answer_slack` has verified.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from ballast.publish.choices import ACTION, Verb
from ballast.records.event import Kind, read_event
from ballast.records.field import items, maybe_name_in, name_in, part, sane, text, wrong
from ballast.value import dataclass

PRESSED: Kind = ("slack", "Interaction")  # how `answer_slack` names what it hands on; no event of a bus
BLOCK_ACTIONS = "block_actions"
USER = re.compile(r"[UW][A-Z0-9]{2,20}")
STAMP = re.compile(r"[0-9]{1,12}[.][0-9]{1,9}")  # of a message or an action: seconds since 1970
VALUE_MOST = 2000  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
NAME_MOST = 80
URL_MOST = 600


@dataclass(frozen=True, slots=True)
class Click:
    """`channel` and `ts`: the message. What is decided stands in the value, which proves nothing: any app may send one."""

    user: str
    name: str
    channel: str
    ts: str
    conversation: str
    verb: Verb
    choice: str
    at: datetime
    stamp: str  # of the action, as Slack writes its time
    response_url: str | None = None

    @property
    def id(self) -> str:
        """The same for a body that comes twice, another for each click."""
        return f"{self.user}/{self.stamp}"


def parse(event: Mapping[str, Any]) -> Click | None:
    """None for what is no button of ours. Raises UnexpectedEventError in one sentence for what is not as Slack documents it."""
    return read_event(event, {PRESSED: _click})


def _click(event: Mapping[str, Any]) -> Click | None:
    fields = parse_qs(text(part(event, "detail"), "body"), strict_parsing=True, errors="strict", max_num_fields=8)
    [body] = fields["payload"]
    payload = part({"payload": json.loads(body)}, "payload")
    if payload["type"] != BLOCK_ACTIONS:
        return None
    actions = items(payload, "actions")
    if len(actions) != 1:
        raise ValueError(f"actions has {len(actions)} entries but must have one")
    action = part({"actions": actions[0]}, "actions")
    if not name_in(action, "action_id").startswith(ACTION) or "container" not in payload:
        return None
    value = part({"value": json.loads(name_in(action, "value", VALUE_MOST))}, "value")
    user, container = part(payload, "user"), part(payload, "container")
    stamp = _fitting(STAMP, action, "action_ts")
    return Click(
        user=_fitting(USER, user, "id"),
        name=(maybe_name_in(user, "username") or maybe_name_in(user, "name") or "somebody")[:NAME_MOST],
        channel=name_in(container, "channel_id"),
        ts=_fitting(STAMP, container, "message_ts"),
        conversation=name_in(value, "conversation", VALUE_MOST),
        verb=Verb(name_in(value, "do")),
        choice=name_in(value, "id"),
        at=sane("action_ts", stamp, datetime.fromtimestamp(float(stamp), UTC)),
        stamp=stamp,
        response_url=maybe_name_in(payload, "response_url", URL_MOST),
    )


def _fitting(form: re.Pattern[str], of: Mapping[str, Any], name: str) -> str:
    found = name_in(of, name)
    if not form.fullmatch(found):
        raise wrong(name, found, "as Slack writes it")
    return found
