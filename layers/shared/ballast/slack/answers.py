"""What do Slack's answers mean? The same for a bot and a webhook.

Neither retries here; the queue does, and sees Slack's own limits (https://docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import NoReturn

from ballast.errors import SlackRefusedError, TransientError

TIMEOUT_SECONDS = 5
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
PASSING_ERRORS = frozenset(
    {
        "fatal_error",
        "internal_error",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)


def raise_for(status: int, code: str) -> NoReturn:
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in PASSING_ERRORS:
        raise TransientError(f"Slack answers {status} {code}.")
    raise SlackRefusedError(code)


def no_answer(error: OSError) -> TransientError:
    """URLError, timeouts and broken connections."""
    return TransientError(f"Slack did not answer: {error}")
