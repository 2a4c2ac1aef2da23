"""How does a conversation look on the SNS topic? Text for people, JSON for machines, in one message.

With MessageStructure=json each protocol gets its own (https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html).
"""

from __future__ import annotations

import json
from typing import Any

from ballast.publish.conversation import Conversation
from ballast.publish.due import Publication
from ballast.publish.wording import Pages, Wording, one_line, spelled, word
from ballast.value import dataclass
from ballast.words.notice import SCHEMA_VERSION, cut

SUBJECT = 100
ASCII = str.maketrans({"▰": "#", "▱": "-", "…": "...", "→": "->"})  # what notices say besides
SMS = 140
MACHINES = ("sqs", "lambda", "http", "https", "firehose")
PARAGRAPH = 1_990  # four of them fit into Amazon Q Developer's 8,000


@dataclass(frozen=True, slots=True)
class TopicMessage:
    """What is published to SNS."""

    subject: str
    body: str  # what MessageStructure=json takes
    attributes: dict[str, str]


def topic_message(
    conversation: Conversation, publication: Publication, pages: Pages, *, q_developer: bool
) -> TopicMessage:
    """`q_developer`: HTTPS subscribers get Amazon Q Developer's schema instead of ours."""
    words = word(conversation, pages)
    text = email(conversation, publication, words)
    structured = _json(for_machines(conversation, publication, words))
    bodies = {"default": text, "email": text, "sms": _cut(_headline(publication, words), SMS)}
    bodies |= dict.fromkeys(MACHINES, structured) | {"email-json": structured}
    if q_developer:
        bodies["https"] = _json(for_q_developer(conversation, words))
    attributes = {
        "severity": publication.severity.value,
        "state": publication.state.value,
        "cluster": conversation.cluster,
        "code": conversation.headline.code,
    }
    return TopicMessage(subject(publication, words), _json(bodies), attributes)


def subject(publication: Publication, words: Wording) -> str:
    """SNS takes printable ASCII without line breaks, up to 100 characters (API_Publish)."""
    text = one_line(_headline(publication, words)).translate(ASCII).encode("ascii", "replace").decode()
    return _cut("".join(mark if mark.isprintable() else "?" for mark in text), SUBJECT)


def email(conversation: Conversation, publication: Publication, words: Wording) -> str:
    """Short lines, the important ones first; no markup, since mail from SNS is plain text."""
    facts = [
        ("What", words.what),
        ("Why", words.why),
        ("Impact", words.impact),
        ("Next", words.next),
    ]
    if words.instances:
        facts.append(("Instances", words.instances))
    facts += [("Cluster", conversation.cluster), ("Severity", words.severity)]
    lines = [_headline(publication, words), ""]
    lines += [f"{name + ':':<11}{_indented(_cut(text, PARAGRAPH))}" for name, text in facts]
    if words.plan:
        plan = [f"  - {one_line(line)}" for line in words.plan]
        lines += ["", f"{words.plan_title}:", *plan]
    lines += ["", *(f"{link.text}: {link.url}" for link in words.links), "", words.footer]
    return "\n".join(lines)


def for_machines(conversation: Conversation, publication: Publication, words: Wording) -> dict[str, Any]:
    """The stable schema of docs/events.md; it only ever gains fields."""
    notice = conversation.headline
    total = sum(one.has_instance for one in conversation.incidents.values())
    links = [{"text": link.text, "url": link.url} for link in words.links]
    return {
        "schemaVersion": SCHEMA_VERSION,
        "code": notice.code,
        "severity": publication.severity.value,
        "state": publication.state.value,
        "dedupKey": conversation.id,
        "cluster": conversation.cluster,
        "reason": conversation.reason,
        "title": words.title,
        "incidents": len(conversation.incidents),
        "instances": {"first": list(conversation.instances), "total": total},
        "counts": dict(conversation.counts_by_code),
        "what": words.what,
        "why": words.why,
        "impact": words.impact,
        "next": words.next,
        "plan": list(words.plan),
        "links": links[:-1],
        "runbook": links[-1]["url"],
        "openedAt": conversation.opened_at.isoformat(),
        "dryRun": notice.dry_run,
    }


def for_q_developer(conversation: Conversation, words: Wording) -> dict[str, Any]:
    """Title 250, description 8,000, step 350: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html."""
    links = "\n".join(f"<{link.url}|{link.text}>" for link in words.links)
    facts = [f"*What* {words.what}", f"*Why* {words.why}", f"*Impact* {words.impact}", links]
    return {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": _cut(one_line(f"{words.icon} {words.title}"), 250),
            "description": "\n".join(_cut(fact, PARAGRAPH) for fact in facts),
            "nextSteps": [_cut(one_line(words.next), 350)],
            "keywords": [_cut(conversation.cluster, 75), spelled(conversation.reason)[:75]],
        },
        "metadata": {"threadId": conversation.id, "summary": _cut(one_line(words.title), 250)},
    }


def _headline(publication: Publication, words: Wording) -> str:
    label = words.severity.upper() if words.is_over else publication.severity.value.upper()
    return f"[{label}] {one_line(words.title)}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 11)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, limit: int) -> str:
    """Three dots, since the subject is ASCII."""
    return cut(text, limit, "...")
