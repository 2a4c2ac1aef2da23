"""Can people be told of it? What every channel makes of a conversation."""

from __future__ import annotations

import json

from ballast.aws.conversation_text import from_texts, to_texts
from ballast.publish.conversation import Conversation
from ballast.publish.due import Rules, lease_topic, published, slack_is_due
from ballast.publish.email import topic_message
from ballast.publish.slack_blocks import parent
from ballast.publish.slack_steps import Post, is_urgent, steps
from ballast.publish.wording import Pages
from ballast.slack.block_kit import blocks
from tests.notification_builders import NOW, seconds

LATER = NOW + seconds(120)  # what was said at NOW is due
PAGES = Pages("us-east-1", "https://runbook.example/")


def can_be_told(conversation: Conversation) -> None:
    """SNS and Slack take it, and it comes back from the table as it was."""
    assert from_texts(to_texts(conversation)) == conversation
    leased, publication = lease_topic(conversation, Rules(), LATER)
    if publication:
        for q_developer in (False, True):
            message = topic_message(conversation, publication, PAGES, q_developer=q_developer)
            assert json.loads(message.body)["default"].encode()
            assert message.subject.isascii()
            assert 0 < len(message.subject) <= 100
        after = published(leased, conversation, publication, LATER)
        assert from_texts(to_texts(after)) == after
    if conversation.incidents:
        shown = parent(conversation, PAGES)
        slack_is_due(conversation, shown.fingerprint, NOW)
        for step in steps(conversation, shown, NOW, can_edit=True):
            is_urgent(conversation, step)
            if isinstance(step, Post):
                assert json.dumps(blocks(step.message)).encode()
