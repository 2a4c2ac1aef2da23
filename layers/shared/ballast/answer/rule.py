"""Who pressed, may they, and is it still what was shown? The conversation afterwards, and what follows."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from ballast.answer.click import Click
from ballast.publish.choices import LETS_GO, Choice, Verb, offered
from ballast.publish.conversation import Conversation, Press
from ballast.records.command import AHEAD, HOLDS, Command, CommandKind
from ballast.value import dataclass
from ballast.words import answered as say
from ballast.words.asked import Asked


@dataclass(frozen=True, slots=True)
class Deciders:
    """Slack ids of those who may press; `needed` of them, each another, for what lets something go on."""

    users: AbstractSet[str]
    needed: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """`command`: to be sent; `says`: to who pressed, alone; `is_shown`: the message is another now."""

    command: Command | None = None
    says: str | None = None
    is_shown: bool = False


def rule(
    known: Conversation | None, click: Click, deciders: Deciders, now: datetime
) -> tuple[Conversation | None, Ruling]:
    """A click that comes again is ruled as it was the first time, under the same id of its command, so nothing is done twice."""
    why_not = _no_way(known, click, deciders, now)
    if why_not or known is None:
        return known, Ruling(says=why_not or say.UNKNOWN)
    choice = next((c for c in offered(known) if (c.id, c.verb) == (click.choice, click.verb)), None)
    if choice is None:
        return known, Ruling(says=say.MOVED_ON)
    if before := next((press for press in known.slack.presses if press.click == click.id), None):
        return known, Ruling(None if before.left else _command(known, click, choice), is_shown=True)
    if done := next((p for p in known.slack.presses if p.choice == choice.id and not p.left), None):
        return known, Ruling(says=say.taken(done.by, done.at))
    if now > choice.expires_at:
        return known, Ruling(says=say.expired(choice.expires_at))
    agreed = {press.by for press in known.slack.presses if press.choice == choice.id and press.by in deciders.users}
    if click.user in agreed:
        return known, Ruling(says=say.AGAIN)
    left = max(0, (deciders.needed if choice.verb in LETS_GO else 1) - len(agreed) - 1)
    press = Press(choice.id, choice.label, click.user, click.at, click.id, left)
    after = replace(known, slack=replace(known.slack, presses=(*known.slack.presses, press)))
    if left:
        return after, Ruling(says=say.more_needed(left), is_shown=True)
    return after, Ruling(_command(known, click, choice), is_shown=True)


def _no_way(known: Conversation | None, click: Click, deciders: Deciders, now: datetime) -> str | None:
    """Who is not listed learns nothing else."""
    if click.user not in deciders.users:
        return say.NOT_LISTED
    if now - click.at > HOLDS:
        return say.LATE
    if click.at > now + AHEAD:
        return say.NOT_YET
    if known and (known.slack.channel, known.slack.ts) != (click.channel, click.ts):
        return say.ELSEWHERE
    return None


def _command(known: Conversation, click: Click, choice: Choice) -> Command | None:
    """Named by what is decided, so that it is obeyed once; whoever reads of it reads who pressed."""
    if choice.verb is Verb.ACKNOWLEDGE:
        return None
    asked = choice.asked or Asked((), "")
    return Command(
        kind=CommandKind(choice.verb),
        cluster=known.cluster,
        by=f"{' '.join(click.name.split())} (Slack {click.user})",
        at=click.at,
        variant=asked.variant,
        arch=asked.arch,
        version=asked.version if choice.verb is Verb.APPROVE else None,
        reason="pressed in Slack",
        plan=asked.plan or None,
        id=f"slack-{blake2b(choice.value.encode(), digest_size=16).hexdigest()}",
    )
