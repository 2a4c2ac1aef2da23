"""What on-call reads on the SNS topic when Slack cannot be reached for a reason that no retry cures."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ballast.words.codes import SLACK_UNAVAILABLE, Code
from ballast.words.incident import Incident, say, secret_page
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity

WHAT: Final = "Messages do not reach Slack."
IMPACT: Final = "On-call hears of this and everything else through the SNS topic only."


def slack_secret_missing(secret: str, why: str, now: datetime, region: str) -> Notice:
    code = Code.SLACK_SECRET_MISSING
    return say(
        _of_slack(code, secret, now, region), code, Severity.TICKET, now, what=WHAT, why=why, impact=IMPACT,
        next=f"Put a bot token or a webhook URL into the secret {secret} and let the function "
        "publish_notification read it; messages of the last 24 hours follow within five minutes.",
    )  # fmt: skip


def slack_refused(secret: str, error: str, now: datetime, region: str) -> Notice:
    code = Code.SLACK_REFUSED
    return say(
        _of_slack(code, secret, now, region), code, Severity.TICKET, now,
        what=WHAT, why=f"Slack answers {error}.", impact=IMPACT,
        next="Check that the token is valid, has the scope chat:write, and that the app is a member "
        "of the channel; messages of the last 24 hours follow within five minutes.",
    )  # fmt: skip


def _of_slack(code: Code, secret: str, now: datetime, region: str) -> Incident:
    """One incident a day: a reminder, not a stream."""
    key = f"slack/{code}/{secret}/{now:%Y-%m-%d}"
    return Incident(EVERY_CLUSTER, None, SLACK_UNAVAILABLE, key, now, (secret_page(region, secret),))
