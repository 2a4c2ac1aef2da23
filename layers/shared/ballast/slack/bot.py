"""The bot: it posts, edits and replies in a channel. slack_sdk is imported on first use.

`Slack` takes the webhook instead where the secret holds one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from ballast.publish.slack_steps import Edit, Post, Posted, Reply, Settle, Step
from ballast.records.field import name_in
from ballast.slack.answers import NO_ANSWER, SILENT, TIMEOUT_SECONDS, no_answer, raise_for
from ballast.slack.block_kit import blocks, paragraphs
from ballast.slack.secret import SlackSecret
from ballast.slack.webhook import Webhook
from ballast.value import dataclass

# Without them Slack finds links and names in the text: https://docs.slack.dev/reference/methods/chat.update
AS_WRITTEN = {"parse": "none", "link_names": False}
NO_PREVIEW = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Bot:
    """`token` is the xoxb-… of an app that may write in the channel."""

    token: str
    channel: str

    def perform(self, step: Post | Edit | Reply) -> Posted | None:
        """Raises TransientError (429, 5xx, no answer) or SlackRefusedError."""
        match step:
            case Post(message):
                answer = self._call(
                    "chat.postMessage", channel=self.channel, text=message.text, blocks=blocks(message),
                    **AS_WRITTEN, **NO_PREVIEW,
                )  # fmt: skip
                # Only the channel's id, which this answer tells, is good for an edit.
                return _posted(answer)
            case Edit(channel, ts, message):
                self._call(
                    "chat.update", channel=channel, ts=ts, text=message.text, blocks=blocks(message), **AS_WRITTEN,
                )  # fmt: skip
            case Reply(channel, ts, text, broadcast):
                self._call(
                    "chat.postMessage", channel=channel, thread_ts=ts, text=text, blocks=paragraphs(text),
                    reply_broadcast=broadcast, **AS_WRITTEN, **NO_PREVIEW,
                )  # fmt: skip
            case _:
                assert_never(step)
        return None

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        from slack_sdk import WebClient  # noqa: PLC0415 - see the module's docstring
        from slack_sdk.errors import SlackApiError  # noqa: PLC0415 - same

        web = WebClient(token=self.token, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=SILENT)
        try:
            answer = web.api_call(method, json={**arguments})
        except SlackApiError as error:
            raise_for(*_told(error.response))
        except NO_ANSWER as error:
            raise no_answer(error) from None
        data = answer.data
        return data if isinstance(data, dict) else {}


def _posted(answer: Mapping[str, Any]) -> Posted | None:
    """None where Slack does not tell where it stands: as after a webhook's post it cannot be edited, nor is it posted again."""
    try:
        return Posted(name_in(answer, "channel"), name_in(answer, "ts"))
    except (KeyError, ValueError):
        return None


def _told(response: Any) -> tuple[int, str, Mapping[str, Any]]:
    """Status, error code and headers; slack_sdk hands out a SlackResponse, or a dict where the body was no JSON."""
    if isinstance(response, dict):
        status = response.get("status")
        return (
            status if isinstance(status, int) else 0,
            str(response.get("error", "no JSON")),
            response.get("headers") or {},
        )
    return response.status_code, str(response.get("error", "unknown")), response.headers


@dataclass(frozen=True, slots=True)
class Slack:
    """The secret is read for each step, as it may be corrected or exchanged meanwhile."""

    channel: str
    secret: SlackSecret

    @property
    def can_edit(self) -> bool:
        return isinstance(self._way(), Bot)

    def perform(self, step: Step) -> Posted | None:
        """Raises TransientError (429, 5xx, no answer), SlackRefusedError or SecretUnreadableError."""
        way = self._way()
        return None if isinstance(step, Settle) else way.perform(step)

    def _way(self) -> Bot | Webhook:
        credential = self.secret.read()
        return Webhook(credential) if credential.startswith("https://") else Bot(credential, self.channel)
