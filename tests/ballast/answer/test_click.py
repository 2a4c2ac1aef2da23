"""What Slack sends is read, or refused in one sentence; what is no button of ours is nobody's business."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from ballast.answer.click import parse
from ballast.errors import UnexpectedEventError
from ballast.publish.choices import Verb
from simulator.delivery.pressing import body_of
from tests.ballast.answer.presses import CHANNEL, JO, TS, a_click, a_payload, button, handed_on, waiting
from tests.notification_builders import NOW, seconds

SOUND = a_payload(waiting())


def test_a_press_is_who_where_what_and_when() -> None:
    conversation = waiting()
    click = a_click(conversation)

    assert (click.user, click.name, click.channel, click.ts) == (JO, "jo", CHANNEL, TS)
    assert (click.conversation, click.verb) == (conversation.id, Verb.APPROVE)
    assert (click.choice, click.at) == (button(Verb.APPROVE, conversation).id, NOW + seconds(10))


def test_two_clicks_of_one_person_are_two_and_a_body_that_comes_twice_is_one() -> None:
    conversation = waiting()

    assert a_click(conversation).id == a_click(conversation).id != a_click(conversation, after_s=10.5).id


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "view_submission"},
        {"type": "shortcut", "actions": None},
        {"actions": [{**SOUND["actions"][0], "action_id": "deploy"}]},
    ],
)
def test_what_is_no_button_of_ours_is_left_alone(changes: dict[str, Any]) -> None:
    assert parse(handed_on({**SOUND, **changes})) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"actions": SOUND["actions"] * 2}, "actions has 2 entries but must have one"),
        ({"actions": []}, "actions has 0 entries"),
        ({"user": {"id": "jo"}}, "id is 'jo' but must be as Slack writes it"),
        ({"user": {}}, "lacks 'id'"),
        ({"container": {"channel_id": "C1", "message_ts": "now"}}, "message_ts is 'now'"),
        ({"actions": [{**SOUND["actions"][0], "value": "[]"}]}, "value is [] but must be an object"),
        ({"actions": [{**SOUND["actions"][0], "value": "x" * 2001}]}, "at most 2000"),
        ({"actions": [{**SOUND["actions"][0], "action_ts": "99999999999.1"}]}, "action_ts"),
    ],
)
def test_what_is_not_as_slack_documents_it_is_refused_in_a_sentence(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(UnexpectedEventError) as refused:
        parse(handed_on({**SOUND, **changes}))

    assert why in str(refused.value)
    assert len(str(refused.value)) <= 256


@pytest.mark.parametrize(
    "body",
    [
        "",
        "payload=",
        "payload=%FF",
        "ssl_check=1",
        "payload=%7B%7D&payload=%7B%7D",
        f"{body_of(SOUND).decode()}{'&a=1' * 9}",
        f"payload={'[' * 100_000}",
        f"payload={quote('{"type": ' + '9' * 5000 + '}')}",
        "payload=null",
    ],
)
def test_a_body_that_is_no_form_or_no_json_or_a_bomb_is_refused(body: str) -> None:
    with pytest.raises(UnexpectedEventError):
        parse(handed_on(None, body))
