"""How does a message get into the operator's Slack channel? The way that the secret opens: as a bot, or by a webhook.

slack_sdk is imported on first use: most functions start without a word to Slack, and it costs them nothing.
"""

from __future__ import annotations

from ballast.publish.slack_steps import Posted, Settle, Step
from ballast.slack.bot import Bot
from ballast.slack.secret import SlackSecret
from ballast.slack.webhook import Webhook
from ballast.value import dataclass


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
