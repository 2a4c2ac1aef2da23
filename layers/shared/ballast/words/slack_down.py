"""What on-call reads on the SNS topic when Slack does not take a message for a reason that no retry cures."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ballast.words.codes import SLACK_UNAVAILABLE, Code
from ballast.words.incident import Incident, say, secret_page
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity

WHAT: Final = "Messages do not reach Slack."
IMPACT: Final = "Everything reaches people through the SNS topic only."
LATER: Final = "messages of the last 24 hours follow within five minutes"

_NEW_TOKEN = f"Put a valid bot token (xoxb-…) into the secret; {LATER}."
_CHANNEL = f"Invite the app into the channel, and let SlackChannel be the channel's id (C…); {LATER}."
_POSTING = f"Let the app post in the channel, or deploy with another SlackChannel; {LATER}."
_WEBHOOK = f"Make a new webhook and put its URL into the secret; {LATER}."
REMEDIES: Final = {
    "account_inactive": _NEW_TOKEN,
    "invalid_auth": _NEW_TOKEN,
    "not_authed": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "token_revoked": _NEW_TOKEN,
    "missing_scope": f"Give the app the scope chat:write and install it again; {LATER}.",
    "channel_not_found": _CHANNEL,
    "not_in_channel": _CHANNEL,
    "is_archived": f"Unarchive the channel, or deploy with another SlackChannel; {LATER}.",
    "channel_is_archived": f"Unarchive the channel, or make a webhook for another one; {LATER}.",
    "restricted_action": _POSTING,
    "restricted_action_read_only_channel": _POSTING,
    "restricted_action_thread_only_channel": _POSTING,
    "restricted_action_non_threadable_channel": _POSTING,
    "no_active_hooks": _WEBHOOK,
    "no_service": _WEBHOOK,
}
ELSE: Final = (
    "Check that the token is valid, has the scope chat:write, and that the app is a member "
    f"of the channel and may post there; {LATER}."
)


def slack_secret_missing(secret: str, why: str, now: datetime, region: str) -> Notice:
    code = Code.SLACK_SECRET_MISSING
    return say(
        _of_slack(code, secret, now, region), code, Severity.TICKET, now,
        title="Slack gets no messages: its secret is no good", what=WHAT, why=why, impact=IMPACT,
        next=f"Put a bot token or a webhook URL into the secret {secret} and let the function "
        f"publish_notification read it; {LATER}.",
    )  # fmt: skip


def slack_refused(secret: str, error: str, now: datetime, region: str) -> Notice:
    code = Code.SLACK_REFUSED
    return say(
        _of_slack(code, secret, now, region), code, Severity.TICKET, now,
        title=f"Slack gets no messages: {error}", what=WHAT, why=f"Slack answers {error}.", impact=IMPACT, next=REMEDIES.get(error, ELSE),
    )  # fmt: skip


def slack_message_refused(secret: str, error: str, conversation: str, now: datetime, region: str) -> Notice:
    """Of one message, whose words Slack does not take even without blocks; all others pass."""
    code = Code.SLACK_MESSAGE_REFUSED
    return say(
        _of_slack(code, secret, now, region), code, Severity.TICKET, now,
        title=f"Slack refused one message: {error}",
        what=f"The message about {conversation} does not reach Slack; others do.",
        why=f"Slack answers {error}, and to the same message without blocks as well.",
        impact="What it says has gone to the SNS topic.",
        next="This is a mistake of Ballast's: report it with the error and the message that the topic got.",
    )  # fmt: skip


def _of_slack(code: Code, secret: str, now: datetime, region: str) -> Incident:
    """One incident a day: a reminder, not a stream."""
    key = f"slack/{code}/{secret}/{now:%Y-%m-%d}"
    return Incident(EVERY_CLUSTER, None, SLACK_UNAVAILABLE, key, now, (secret_page(region, secret),))
