"""What do Slack's answers mean? The same for a bot and a webhook.

What either sends to is a secret or carries one, so nothing of a request is logged or quoted.
Neither retries here; `publish/slack_pace` says when (https://docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, NoReturn

from ballast.errors import RateLimitedError, SlackRefusedError, TransientError

TIMEOUT_SECONDS = 5
# slack_sdk logs what it could not send, and the webhook's URL at DEBUG: what is wrong is said by the errors below.
SILENT = logging.Logger("slack_sdk", logging.CRITICAL + 1)  # noqa: LOG001 - one that no configuration reaches
NO_ANSWER = (OSError, HTTPException)
RETRY_AFTER_UNKNOWN_S = 30.0
CODE = "[a-z0-9_]{1,80}"  # a proxy may answer a page instead
RETRY_AFTER_MOST_S = 3600.0  # then it is asked again, whatever it said
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
PASSING_ERRORS = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)


def raise_for(status: int, code: str, headers: Mapping[str, Any]) -> NoReturn:
    """Raises RateLimitedError (429, with Retry-After), TransientError or SlackRefusedError."""
    code = code if re.fullmatch(CODE, code) else f"HTTP status {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in LIMITED:
        raise RateLimitedError(_seconds(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in PASSING_ERRORS:
        raise TransientError(f"Slack answers {code}.")
    raise SlackRefusedError(code)


def _seconds(headers: Mapping[str, Any]) -> float:
    """Of Retry-After, whose value slack_sdk gives as text or as a list of texts."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    text = str(value[0] if isinstance(value, (list, tuple)) and value else value)
    seconds = float(text) if text.isdecimal() else RETRY_AFTER_UNKNOWN_S
    return min(seconds, RETRY_AFTER_MOST_S)


def no_answer(error: Exception) -> TransientError:
    """URLError, timeouts, broken connections (OSError), and answers that are no HTTP."""
    return TransientError(f"Slack did not answer: {error if isinstance(error, OSError) else type(error).__name__}")
