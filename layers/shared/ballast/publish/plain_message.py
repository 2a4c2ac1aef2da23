"""What goes to the topic in place of a message that SNS refused: short, in ASCII, with every field of the schema."""

from __future__ import annotations

import json
from typing import Any

from ballast.publish.email import MACHINES, SUBJECT, TopicMessage, in_ascii
from ballast.publish.wording import UNKNOWN
from ballast.words.shortened import cut

FIELD = 120
# What machines close by, and where people go on.
WHOLE = ("dedupKey", "runbook")


def plain_message(refused: TopicMessage, code: str) -> TopicMessage:
    """`code` is SNS's word for why, empty where botocore did not even send it."""
    bodies = json.loads(refused.body)
    fields = json.loads(bodies["sqs"])
    why = f" ({_plain(code)})" if code else ""
    said = f"SNS refused the whole message{why}; the log of publish_notification says why, and Slack has it, if it is set up."
    kept = {name: value if name in WHOLE else _shortened(value) for name, value in fields.items()} | {"what": said}
    subject = _plain(refused.subject, SUBJECT)  # it may be what was refused
    text = f"{subject}\n\n{said}\n\nRunbook: {fields['runbook']}"
    plain = {"default": text} | dict.fromkeys((*MACHINES, "email-json"), json.dumps(kept))
    if bodies["https"] != bodies["sqs"]:  # the schema of Amazon Q Developer
        context = {name: kept[name] for name in ("dedupKey", "state", "severity", "runbook")}
        metadata = {"threadId": kept["dedupKey"], "summary": kept["title"], "additionalContext": context}
        q_developer = {"version": "1.0", "source": "custom", "content": {"description": text}, "metadata": metadata}
        plain["https"] = json.dumps(q_developer)
    attributes = {name: _plain(value) or UNKNOWN for name, value in refused.attributes.items()}
    return TopicMessage(subject, json.dumps(plain), attributes)


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {_plain(name): _shortened(each) for name, each in value.items()}
    if isinstance(value, list):
        return []
    return _plain(value) if isinstance(value, str) else value


def _plain(text: str, most: int = FIELD) -> str:
    return cut(in_ascii(text), most, "...")
