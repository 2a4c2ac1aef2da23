"""What has on-call been told so far? Slack's parent messages as they read now, and what went out over SNS."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ballast.publish.wording import CLOSED_ICON, ENDED_ICON, ICONS
from ballast.words.notice import Severity
from simulator.delivery.records import Publication
from simulator.delivery.slack import Look, SlackMessage
from simulator.stage import Stage

OVER = "OVER"
LOUD = (Severity.PAGE.upper(), Severity.TICKET.upper())
WORDS = {CLOSED_ICON: OVER, ENDED_ICON: OVER, **{icon: severity.value.upper() for severity, icon in ICONS.items()}}


@dataclass(frozen=True, slots=True)
class Told:
    """`word` is PAGE, TICKET, INFO or OVER; `changed_s` is the last edit or reply, in virtual seconds."""

    channel: str
    word: str
    text: str
    at_s: float
    changed_s: float
    detail: str = ""
    edits: int = 0
    replies: int = 0
    was: str = ""  # PAGE or TICKET, where an edit has taken that back


def told(stage: Stage) -> list[Told]:
    """Everything, in the order in which it was first said."""
    slack = stage.deployment.slack.messages
    replies = Counter(message.thread_ts for message in slack)
    last_reply_s = {message.thread_ts: message.looks[0].at_s for message in slack}
    parents = [
        from_slack(message, replies[message.ts], last_reply_s.get(message.ts, 0.0))
        for message in slack
        if message.thread_ts is None
    ]
    return sorted([*parents, *map(from_sns, stage.deployment.messages)], key=lambda said: said.at_s)


def counted(number: int, one: str, many: str) -> str:
    """`1 edit`, `3 edits`, and nothing for none."""
    return f"{number} {one if number == 1 else many}" if number else ""


def from_slack(message: SlackMessage, replies: int = 0, last_reply_s: float = 0.0) -> Told:
    now = message.looks[-1]
    said = [_split(look.text) for look in message.looks]
    word, text = said[-1]
    loud = [earlier for earlier, _ in said if earlier in LOUD]
    return Told(
        channel="Slack",
        word=word,
        text=text,
        at_s=message.looks[0].at_s,
        changed_s=max(now.at_s, last_reply_s),
        detail=_detail(now),
        edits=message.edits,
        replies=replies,
        was=min(loud, key=LOUD.index) if loud and word not in LOUD else "",
    )


def from_sns(message: Publication) -> Told:
    """The subject opens with the word: `[PAGE] …`, `[OVER] …`; the severity attribute stands in where it does not."""
    subject = message.subject or message.message.partition("\n")[0]
    word, found, text = subject.removeprefix("[").partition("] ")
    if not found:
        word, text = message.attributes.get("severity", Severity.INFO).upper(), subject
    return Told("SNS", word, text, message.at_s, message.at_s)


def _split(text: str) -> tuple[str, str]:
    icon, _, rest = text.partition(" ")
    return (WORDS[icon], rest) if icon in WORDS else ("", text)


def _detail(look: Look) -> str:
    """The line below *What*; the heading says the same where there is a single instance."""
    for block in look.blocks:
        lines = str((block.get("text") or {}).get("text", "")).splitlines()
        if block.get("type") == "section" and len(lines) > 1:
            return "" if lines[1].rstrip(".") in look.text else lines[1]
    return ""
