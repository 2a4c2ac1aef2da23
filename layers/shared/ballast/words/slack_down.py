"""What do we say, on the other channel, when Slack cannot be reached for a reason that no retry cures?"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ballast.words.console import secret_page
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity

SLACK_REASON: Final = "slack_unavailable"


def slack_secret_missing(secret: str, why: str, now: datetime, region: str) -> Notice:
    return _about_slack(
        now,
        code="SlackSecretMissing",
        secret=secret,
        region=region,
        why=why,
        next_step=f"Put a bot token or a webhook URL into the secret {secret} and let the function "
        "publish_notification read it; messages of the last 24 hours follow within five minutes.",
    )


def slack_refused(secret: str, error: str, now: datetime, region: str) -> Notice:
    return _about_slack(
        now,
        code="SlackRefused",
        secret=secret,
        region=region,
        why=f"Slack answers {error}.",
        next_step="Check that the token is valid, has the scope chat:write, and that the app is a member "
        "of the channel; messages of the last 24 hours follow within five minutes.",
    )


def _about_slack(now: datetime, *, code: str, secret: str, region: str, why: str, next_step: str) -> Notice:
    """One incident a day: a reminder, not a stream."""
    return Notice(
        code=code,
        severity=Severity.TICKET,
        cluster=EVERY_CLUSTER,
        instance=None,
        reason=SLACK_REASON,
        incident=f"slack/{code}/{secret}/{now:%Y-%m-%d}",
        incident_started_at=now,
        at=now,
        what="Messages do not reach Slack.",
        why=why,
        impact="On-call hears of this and everything else through the SNS topic only.",
        next=next_step,
        links=(secret_page(region, secret),),
    )
