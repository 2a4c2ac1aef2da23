"""A button under a Slack message, through the Function URL that CloudFormation has made."""

from __future__ import annotations

from http import HTTPStatus
from urllib.error import HTTPError
from urllib.parse import urlparse
from urllib.request import Request as Sent
from urllib.request import urlopen

from simulator.delivery import pressing
from simulator.delivery.function_url import Request
from simulator.delivery.slack import SlackMessage
from tests.e2e.account import DECIDER, SIGNING
from tests.e2e.looking import Account


def test_a_test_is_acknowledged_by_its_button_and_nothing_that_slack_has_not_signed_is_taken(here: Account) -> None:
    assert here.ballast("test").returncode == 0
    message = here.eventually("the test has a button", lambda: asking(here))
    button = pressing.buttons(message)["acknowledge"]
    now_s = here.running.clock.utc.timestamp()
    body = pressing.body_of(pressing.click(message, button, DECIDER, now_s))

    assert post(here, pressing.signed(body, SIGNING[::-1], now_s)) == HTTPStatus.UNAUTHORIZED
    assert post(here, pressing.signed(body, SIGNING, now_s)) == HTTPStatus.OK
    here.eventually(
        "the message shows who", lambda: any(f"Acknowledge: <@{DECIDER}>" in text for text in here.messages())
    )
    assert "acknowledge" not in pressing.buttons(message)


def asking(here: Account) -> SlackMessage | None:
    found = (m for m in list(here.slack.workspace.messages) if "this is a test" in m.text)
    return next((m for m in found if "acknowledge" in pressing.buttons(m)), None)


def post(here: Account, request: Request) -> int:
    """As Slack does, at the emulator's address of the URL that is among the outputs."""
    name = (urlparse(here.stack.outputs["SlackInteractivityUrl"]).hostname or "").partition(".")[0]
    sent = Sent(f"{here.url}/_aws/lambda-url/{name}/", data=request.body, headers=dict(request.headers))  # noqa: S310
    try:
        with urlopen(sent) as answer:  # noqa: S310 - of this machine
            return int(answer.status)
    except HTTPError as error:
        return error.code
