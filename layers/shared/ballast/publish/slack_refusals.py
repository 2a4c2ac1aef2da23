"""What does a refusal of Slack's concern: this message, its place in the channel, the channel, or all that we send? Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import assert_never

from ballast.publish.slack_blocks import clip
from ballast.publish.slack_steps import Edit, Post, Reply, Settle, Step

PLAIN_REPLY = 300

# https://docs.slack.dev/reference/methods/chat.postMessage#errors, …/chat.update#errors, and of webhooks
# https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
ABOUT_CONTENTS = frozenset(
    {
        "attachment_payload_limit_exceeded",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_payload",
        "markdown_text_conflict",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)
ABOUT_CHANNEL = frozenset(
    {
        "action_prohibited",
        "cannot_reply_to_message",
        "channel_is_archived",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "not_in_channel",
        "posting_to_general_channel_denied",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "user_not_found",
    }
)
ABOUT_US = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_active_hooks",
        "no_permission",
        "no_service",
        "no_team",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_disabled",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)


class Refusal(StrEnum):
    """What Slack will not have: the words, the place in the channel, the channel, or us at all."""

    CONTENTS = "contents"
    PLACE = "place"
    CHANNEL = "channel"
    US = "us"


def refusal(step: Step, code: str) -> Refusal:
    """An edit or a reply that Slack refuses is refused in its place: a new message may still pass.

    The parent may be deleted, older than the workspace lets anybody edit, in a channel that was archived or that the
    app has left, in a locked thread. A code that nobody knows is taken for the place as well, and of a new message for its
    contents: plain words may still pass.
    """
    if code in ABOUT_CONTENTS:
        return Refusal.CONTENTS
    if code in ABOUT_US:
        return Refusal.US
    if not isinstance(step, Post | Settle):
        return Refusal.PLACE
    return Refusal.CHANNEL if code in ABOUT_CHANNEL else Refusal.CONTENTS


def plainly(step: Step) -> Step:
    """The same in words that Slack takes: without blocks, and short."""
    match step:
        case Post() | Edit():
            return replace(step, message=replace(step.message, parts=(), buttons=()))
        case Reply():
            return replace(step, text=clip(step.text, PLAIN_REPLY))
        case Settle():
            return step
        case _:
            assert_never(step)
