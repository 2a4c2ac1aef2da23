"""No test reaches the network: a socket is refused before it is made, in our own calls as in boto3's and slack_sdk's."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketBlockedError

from ballast.aws import session
from ballast.errors import UnavailableError
from ballast.publish.slack_blocks import SlackMessage
from ballast.publish.slack_steps import Post
from ballast.slack.webhook import Webhook

# pytest-socket warns as well, and a warning is an error here.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use socket")


def test_a_socket_is_refused() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket()


def test_a_call_that_no_stub_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    session.client.cache_clear()

    try:
        with pytest.raises(UnavailableError, match="use socket"):
            session.client("sts").get_caller_identity()
    finally:
        session.client.cache_clear()


def test_slack_is_not_called_either() -> None:
    with pytest.raises(SocketBlockedError):
        Webhook("https://hooks.slack.com/services/T/B/x").perform(Post(SlackMessage("text", ())))
