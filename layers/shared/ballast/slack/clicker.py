"""A word to who pressed a button, seen by nobody else: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses."""

from __future__ import annotations

import re
from http import HTTPStatus

from ballast.slack.answers import NO_ANSWER, SILENT, TIMEOUT_SECONDS
from ballast.slack.secret import SLACK_HOSTS, WEBHOOK
from ballast.telemetry import logger


def tell(url: str | None, text: str) -> None:
    """Only at Slack's own hosts, and once: what does not arrive is no loss, for the message itself shows what was done."""
    form = re.fullmatch(WEBHOOK, url or "")
    if not form or form[1] not in SLACK_HOSTS:
        logger.warning("no way to answer who pressed")
        return
    from slack_sdk.webhook import WebhookClient  # noqa: PLC0415 - seldom

    webhook = WebhookClient(form[0], timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=SILENT)
    try:
        answer = webhook.send(text=text, response_type="ephemeral", replace_original=False)
    except NO_ANSWER as error:
        logger.warning("could not answer who pressed", why=type(error).__name__)
        return
    if answer.status_code != HTTPStatus.OK:
        logger.warning("could not answer who pressed", why=answer.status_code)
