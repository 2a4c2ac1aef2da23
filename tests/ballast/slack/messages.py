"""One message, as a value and as the blocks that Slack gets."""

from __future__ import annotations

from ballast.publish.slack_blocks import Look, Part, SlackMessage

MESSAGE = SlackMessage(
    "text", (Part(Look.HEADER, ("title",)), Part(Look.FIELDS, ("*a*", "b")), Part(Look.CONTEXT, ("c",)))
)
BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "title", "emoji": True}},
    {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": "*a*", "verbatim": True},
            {"type": "mrkdwn", "text": "b", "verbatim": True},
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "c", "verbatim": True}]},
]
