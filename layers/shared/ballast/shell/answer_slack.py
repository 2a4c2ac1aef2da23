"""The imperative shell of answer_slack: a request from anywhere in; if Slack signed it, its body onto a queue, and 200.

It knows nothing of what the body says, nor may it do anything about that. Slack waits three seconds for the answer:
https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Self

from ballast.aws.click_queue import ClickQueue
from ballast.errors import CallFailedError, SecretUnreadableError, TransientError
from ballast.shell.settings import AnswerSettings
from ballast.slack.secret import SlackSecret
from ballast.slack.signature import is_from_slack
from ballast.telemetry import logger
from ballast.value import dataclass

BODY_MOST = 200_000  # bytes: a message of 12,000 characters, percent-encoded, with what Slack adds
FORM = "application/x-www-form-urlencoded"

type Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerRuntime:
    """Wired once for each execution environment; the secret is kept for five minutes."""

    secret: SlackSecret
    clicks: ClickQueue

    @classmethod
    def from_environment(cls) -> Self:
        settings = AnswerSettings.from_environment()
        return cls(SlackSecret(settings.slack_secret_arn), ClickQueue(settings.clicks_queue_url))

    def handle(self, request: Mapping[str, Any]) -> Answer:
        """Answer a request of a Function URL; nobody but Slack hears why it was refused."""
        headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
        body = _body(request, headers)
        if body is None:
            return _answer(HTTPStatus.BAD_REQUEST)
        try:
            if not is_from_slack(self.secret.signing_secret(), headers, body):
                return _answer(HTTPStatus.UNAUTHORIZED)
            self.clicks.send(body.decode("ascii"))
        except (CallFailedError, SecretUnreadableError, TransientError) as error:
            logger.error("cannot take what was pressed", why=str(error))
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        return _answer(HTTPStatus.OK)


def _body(request: Mapping[str, Any], headers: Mapping[str, str]) -> bytes | None:
    """The bytes as they came; None for what Slack would not send.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads (format 2.0)
    """
    raw = request.get("body")
    method = request.get("requestContext", {}).get("http", {}).get("method")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method != "POST" or kind != FORM or not isinstance(raw, str):
        return None
    try:
        body = b64decode(raw, validate=True) if request.get("isBase64Encoded") else raw.encode()
    except ValueError:
        return None
    return body if 0 < len(body) <= BODY_MOST else None


def _answer(status: HTTPStatus) -> Answer:
    return {"statusCode": status.value, "body": ""}


@cache
def runtime() -> AnswerRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return AnswerRuntime.from_environment()
