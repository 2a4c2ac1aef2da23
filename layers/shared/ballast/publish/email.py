"""How does a conversation look on the SNS topic? Text for people, JSON for machines, in one message.

With MessageStructure=json each protocol gets its own (https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html).
"""

from __future__ import annotations

import json
import re
from typing import Any

from ballast.publish.conversation import Conversation
from ballast.publish.due import Publication
from ballast.publish.group_words import named
from ballast.publish.incidents import RANK
from ballast.publish.slack_blocks import clip, link_to
from ballast.publish.wording import Pages, Wording, word
from ballast.value import dataclass
from ballast.words.notice import SCHEMA_VERSION
from ballast.words.shortened import cut, one_line, spelled

SUBJECT = 99  # "less than 100 characters long", https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
READ_AT_ONCE = 60  # what a phone shows of a subject
CLUSTER_LEAST = 12  # characters of a cluster's name that are left of it
ASCII = str.maketrans({"▰": "#", "▱": "-", "…": "...", "→": "->"})  # what notices say besides
SMS = 140
MACHINES = ("sqs", "lambda", "http", "https", "firehose")
PARAGRAPH = 1_500  # three of them and the links fit into Amazon Q Developer's 8,000


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
    text = email(conversation, words)
    structured = _json(for_machines(conversation, publication, words))
    bodies = {"default": text, "email": text, "sms": sms(publication, words)}
    bodies |= dict.fromkeys(MACHINES, structured) | {"email-json": structured}
    if q_developer:
        bodies["https"] = _json(for_q_developer(conversation, publication, words))
    attributes = {
        "severity": publication.severity.value,
        "state": publication.state.value,
        "cluster": conversation.cluster,
        "code": conversation.headline.code,
    }
    return TopicMessage(subject(publication, words), _json(bodies), attributes)


def subject(publication: Publication, words: Wording) -> str:
    """SNS takes printable ASCII without line breaks. A long cluster name is shortened, never the verb."""
    label, title = _label(publication, words), one_line(words.title)
    room = READ_AT_ONCE - len(f"[{label}] : {title}")
    begun = f"[{label}] {_shorter(words.cluster, max(room, CLUSTER_LEAST))}: {title}"
    return _cut(in_ascii(begun), SUBJECT)  # in this order: one character may become three


def sms(publication: Publication, words: Wording) -> str:
    """The subject, and what to do as far as there is room; ASCII, as other characters halve what fits into an SMS."""
    begun = subject(publication, words)
    sentences = re.split(r"(?<=[.;:]) (?=[A-Z])", in_ascii(one_line(words.next)).replace("`", ""))
    for then in () if words.is_over else sentences:
        if then.endswith(":") or len(begun) + len(then) + 2 > SMS:
            break
        begun = f"{begun.rstrip('.')}. {then}"
    return _cut(begun, SMS)


def email(conversation: Conversation, words: Wording) -> str:
    """Short lines, the important ones first; no markup, since mail from SNS is plain text. The subject stands above it."""
    facts = [("What", words.what), ("Why", words.why), ("Impact", words.impact), ("Next", words.next)]
    if words.instances:
        facts.append(("Who", words.instances))
    facts += [("Cluster", conversation.cluster), ("Severity", words.severity)]
    lines = [f"{name + ':':<11}{_indented(_to_paste(_cut(text, PARAGRAPH)))}" for name, text in facts]
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
        "title": words.headline,
        "incidents": len(conversation.incidents),
        "instances": {"first": named(conversation), "total": total},
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


def for_q_developer(conversation: Conversation, publication: Publication, words: Wording) -> dict[str, Any]:
    """Title 250, description 8,000, step 350: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html.

    Each is rendered in the markdown of the chat, so it is escaped as for Slack. `additionalContext` is for other HTTPS
    subscribers, such as a pager: what opens and closes its incident (docs/paging.md).
    """
    links = "\n".join(map(link_to, words.links))
    facts = {"What": words.what, "Why": words.why, "Impact": words.impact}
    said = [f"*{name}* {clip(text, PARAGRAPH)}" for name, text in facts.items()]
    return {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": clip(one_line(f"{words.icon} {words.headline}"), 250),
            "description": "\n".join([*said, links]),
            "nextSteps": [clip(one_line(words.next), 350)],
            "keywords": [clip(conversation.cluster, 75), clip(spelled(conversation.reason), 75)],
        },
        "metadata": {
            "threadId": conversation.id,
            "summary": clip(one_line(words.headline), 250),
            "eventType": conversation.headline.code,
            "additionalContext": {
                "dedupKey": conversation.id,
                "state": publication.state.value,
                "severity": publication.severity.value,
                "runbook": words.links[-1].url,
            },
        },
    }


def _label(publication: Publication, words: Wording) -> str:
    if words.is_over:
        return words.severity.upper()
    return max(publication.severity, words.rank, key=RANK.__getitem__).value.upper()


def _shorter(name: str, most: int) -> str:
    """Its beginning and its end, as names of one account begin alike."""
    if len(name) <= most:
        return name
    end = (most - 2) // 3
    return f"{name[: most - 2 - end]}..{name[-end:]}"


def in_ascii(text: str) -> str:
    text = text.translate(ASCII).encode("ascii", "replace").decode()
    return "".join(mark if mark.isprintable() else "?" for mark in text)


def _to_paste(text: str) -> str:
    """Commands on lines of their own, without the marks that a shell would obey; other names without them."""
    lines = re.sub(r"`((?:ballast|aws) [^`\n]+)`[.;,]?\s*", r"\n    \1\n", text)
    return lines.replace("`", "").strip("\n")


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 11)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, limit: int) -> str:
    """Three dots, since the subject is ASCII."""
    return cut(text, limit, "...")
