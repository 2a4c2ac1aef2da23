"""Which adapters does publish_notification use? Put together once, at its first event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.aws.services import Services
from ballast.aws.sns import Topic
from ballast.publish.failing_services import ServiceWatch
from ballast.publish.group import Rules
from ballast.publish.runbook import Pages
from ballast.shell.deliver import Delivery
from ballast.shell.publisher import Publisher
from ballast.shell.settings import NotificationSettings, SnsFormat
from ballast.slack.bot import Slack
from ballast.slack.secret import SlackSecret


@dataclass(frozen=True, slots=True)
class NotificationRuntime:
    """What the handler of publish_notification needs."""

    publisher: Publisher
    dead_letters: DeadLetters


@cache
def notification_runtime() -> NotificationRuntime:
    """Raises SettingsError when the environment is not as template.yaml sets it."""
    settings = NotificationSettings.from_environment()
    return NotificationRuntime(_publisher(settings), DeadLetters(settings.dead_letter_queue_url))


def _publisher(settings: NotificationSettings) -> Publisher:
    store = Conversations(ItemTable(settings.conversations_table))
    delivery = Delivery(
        store=store,
        topic=Topic(settings.topic_arn),
        rules=Rules(
            group_wait=timedelta(seconds=settings.group_wait_seconds),
            group_interval=timedelta(minutes=settings.group_interval_minutes),
        ),
        pages=Pages(settings.aws_region, settings.runbook_url),
        q_developer=settings.sns_format is SnsFormat.Q_DEVELOPER,
    )
    patience = timedelta(minutes=settings.placement_failure_minutes)
    services = ServiceWatch(store, Services(), patience, settings.aws_region)
    secret = SlackSecret(settings.slack_secret_arn)
    slack = Slack(settings.slack_channel, secret) if settings.slack_channel else None
    ledger = Ledger(settings.ledger_table)
    return Publisher(store, delivery, services, ledger, slack, settings.slack_secret_arn)
