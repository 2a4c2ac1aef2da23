"""An incoming webhook: it can only append to its one channel. slack_sdk is imported on first use (see `channel`).

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from __future__ import annotations

from http import HTTPStatus

from ballast.publish.slack_steps import Edit, Post, Reply
from ballast.slack.answers import NO_ANSWER, SILENT, TIMEOUT_SECONDS, no_answer, raise_for
from ballast.slack.block_kit import blocks
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Webhook:
    """The URL is a secret: whoever has it can post."""

    url: str

    def perform(self, step: Post | Edit | Reply) -> None:
        """Raises as the bot does. A webhook cannot edit or reply, so nothing happens then."""
        from slack_sdk.webhook import WebhookClient  # noqa: PLC0415 - see the module's docstring

        if not isinstance(step, Post):
            return
        webhook = WebhookClient(self.url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=SILENT)
        try:
            answer = webhook.send(text=step.message.text, blocks=blocks(step.message, buttons=False))
        except NO_ANSWER as error:
            raise no_answer(error) from None
        if answer.status_code != HTTPStatus.OK:
            raise_for(answer.status_code, str(answer.body), answer.headers)
