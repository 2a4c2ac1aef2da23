"""Why instances stay: by reason, the most first, with the services behind it; or each instance by itself."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ballast.words.rebalance_stays import STAYS
from ballast_cli.what_if.answer import Answer, Stays
from ballast_cli.what_if.layout import listed, many, paragraph, rows, usd

NAMED = 4  # instances of a reason
SERVICES = 6  # behind a reason
INDENT = " " * 6
OF_ITS_PART = "its part is only reported"


def staying(answer: Answer, width: int, *, everything: bool) -> Iterator[str]:
    if everything:
        left = _left(answer)
        table = [("instance", "part", "why"), *((e.instance, e.part, "; ".join((e.sentence, *e.also))) for e in left)]
        yield from rows(table, width)
        return
    for title, some in by_reason(answer):
        yield from _block(answer, title, some, width)


def by_reason(answer: Answer) -> list[tuple[str, list[Stays]]]:
    """The most first."""
    found: dict[str, list[Stays]] = defaultdict(list)
    for each in _left(answer):
        # Of a part that is left alone the sentence says why, its kind does not.
        found[f"{each.reason}: {each.sentence}" if each.reason == OF_ITS_PART else each.reason].append(each)
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _left(answer: Answer) -> list[Stays]:
    """Without those that are drained in the story: these do not stay."""
    goes = {drain.instance for drain in answer.drained if drain.at is not None}
    return [each for each in answer.stays if each.instance not in goes]


def _block(answer: Answer, title: str, some: Sequence[Stays], width: int) -> Iterator[str]:
    currency, reason = answer.cost.currency, some[0].reason
    cost = sum(each.usd_per_hour or 0.0 for each in some)
    price = f", {usd(cost)} {currency}/h" if cost else ""
    yield from paragraph(f"{many(len(some), 'instance')}{price}: {title}", width, "  ")
    services = Counter(each.service for each in some if each.service)
    if services:
        names = (f"{name} ({number})" for name, number in services.most_common())
        yield from paragraph(f"because of {listed(names, SERVICES)}", width, INDENT)
    yield from paragraph(listed((each.instance for each in some), NAMED), width, INDENT)
    if reason != OF_ITS_PART:
        yield from paragraph(f"{'e.g. ' if len(some) > 1 else ''}{some[0].sentence}", width, INDENT)
    yield from paragraph(held(answer, reason), width, INDENT)
    yield from paragraph(lifted(reason), width, INDENT)


def lifted(reason: str) -> str:
    """What a person does about it; "" where nobody can."""
    return f"lifted by: {_plain(STAYS[reason].lift)}" if reason in STAYS else ""


def held(answer: Answer, reason: str) -> str:
    """What it costs, and what lifting the dearest would win; "" where nothing is held."""
    rows_of_it = [each for each in answer.blocked if each.reason == reason]
    held = sum(each.usd_per_hour for each in rows_of_it)
    if not held:
        return ""
    won = [
        f"lifting {each.service or 'it'} alone wins {usd(each.lifting)} at once" for each in rows_of_it if each.lifting
    ]
    gains = f"; {', '.join(won)}" if won else ""
    return f"holds {usd(held)} {answer.cost.currency}/h more than the tasks are worth{gains}"


def _plain(text: str) -> str:
    """Without the links of the runbook."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
