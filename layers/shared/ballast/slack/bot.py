"""How does a message get into Slack? By a bot that posts, edits and replies, or by a webhook that can only append.

slack_sdk is imported on first use: most functions start without a word to Slack, and it costs them nothing.
Neither retries here; the queue does, and sees Slack's own limits (https://docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn, assert_never

from ballast.errors import SlackRefusedError, TransientError
from ballast.publish.slack_steps import Edit, Post, Posted, Reply, Settle, Step
from ballast.slack.secret import SlackSecret

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


class Slack:
    def __init__(self, channel: str, secret: SlackSecret) -> None:
        self.channel = channel
        self.secret = secret

    @property
    def can_edit(self) -> bool:
        """A webhook cannot."""
        return not self.secret.read().startswith("https://")

    def perform(self, step: Step) -> Posted | None:
        """Raises TransientError (429, 5xx, no answer), SlackRefusedError or SecretUnreadableError."""
        credential = self.secret.read()
        if isinstance(step, Settle):
            return None
        if credential.startswith("https://"):
            return _append(credential, step)
        return self._speak(credential, step)

    def _speak(self, token: str, step: Post | Edit | Reply) -> Posted | None:
        match step:
            case Post(message):
                answer = _call(
                    token, "chat.postMessage", channel=self.channel, text=message.text,
                    blocks=message.blocks, unfurl_links=False, unfurl_media=False,
                )  # fmt: skip
                # Only the channel's id, which this answer tells, is good for an edit.
                return Posted(channel=str(answer["channel"]), ts=str(answer["ts"]))
            case Edit(channel, ts, message):
                _call(
                    token, "chat.update", channel=channel, ts=ts, text=message.text,
                    blocks=message.blocks,
                )  # fmt: skip
            case Reply(channel, ts, text, broadcast):
                _call(
                    token, "chat.postMessage", channel=channel, thread_ts=ts, text=text,
                    reply_broadcast=broadcast, unfurl_links=False, unfurl_media=False,
                )  # fmt: skip
            case _:
                assert_never(step)
        return None


def _call(token: str, method: str, **arguments: Any) -> Mapping[str, Any]:
    from slack_sdk import WebClient  # noqa: PLC0415 - see the module's docstring
    from slack_sdk.errors import SlackApiError  # noqa: PLC0415 - same

    web = WebClient(token=token, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    try:
        answer = web.api_call(method, json={**arguments})
    except SlackApiError as error:
        _raise_for(*_status_and_code(error.response))
    except OSError as error:  # URLError, timeouts and broken connections
        raise TransientError(f"Slack did not answer: {error}") from error
    data = answer.data
    return data if isinstance(data, dict) else {}


def _append(url: str, step: Post | Edit | Reply) -> Posted | None:
    from slack_sdk.webhook import WebhookClient  # noqa: PLC0415 - see the module's docstring

    if not isinstance(step, Post):
        return None
    webhook = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    try:
        answer = webhook.send(text=step.message.text, blocks=list(step.message.blocks))
    except OSError as error:
        raise TransientError(f"Slack did not answer: {error}") from error
    if answer.status_code != HTTPStatus.OK:
        _raise_for(answer.status_code, answer.body)
    return None


def _status_and_code(response: Any) -> tuple[int, str]:
    """slack_sdk hands out a SlackResponse, or a dict where the body was no JSON."""
    if isinstance(response, dict):
        return int(response.get("status", 0)), str(response.get("error", "no JSON"))
    return response.status_code, str(response.get("error", "unknown"))


def _raise_for(status: int, code: str) -> NoReturn:
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in PASSING_ERRORS:
        raise TransientError(f"Slack answers {status} {code}.")
    raise SlackRefusedError(code)
