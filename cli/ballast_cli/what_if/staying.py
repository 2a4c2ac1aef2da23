"""Why instances stay: by reason and who blocks, those that cost most first; or each by itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ballast.words.incident import count
from ballast.words.rebalance_stays import STAYS
from ballast_cli.what_if.answer import Answer, Stays
from ballast_cli.what_if.layout import listed, paragraph, rows, usd

NAMED = 4  # instances of a reason
REASONS = 25

type Key = tuple[str, str]


def staying(answer: Answer, width: int, *, everything: bool) -> Iterator[str]:
    if everything:
        yield from _each(answer, width)
        return
    found: dict[Key, list[Stays]] = defaultdict(list)
    goes = {drain.instance for drain in answer.drained if drain.at is not None}
    for each in answer.stays:
        if each.instance in goes:
            continue
        found[each.reason, each.service or _common(each)].append(each)
    order = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for (reason, service), some in order[:REASONS]:
        yield from _group(answer, reason, service, some, width)
    if len(order) > REASONS:
        yield f"  and {len(order) - REASONS} more reasons; --all shows each instance"


def _common(each: Stays) -> str:
    """Where the reason is of the whole part, its sentence tells more than its kind."""
    return each.sentence if each.reason == "its part is only reported" else ""


def _group(answer: Answer, reason: str, service: str, some: list[Stays], width: int) -> Iterator[str]:
    cost = sum(each.usd_per_hour or 0.0 for each in some)
    who = f" ({service})" if service and service != some[0].sentence else ""
    price = f", {usd(cost)} {answer.cost.currency}/h" if cost else ""
    yield from paragraph(f"{count(len(some), 'instance')}{price}: {reason}{who}", width, "  ")
    yield from paragraph(listed((each.instance for each in some), NAMED), width, "      ")
    yield from paragraph(f"e.g. {some[0].sentence}" if len(some) > 1 else some[0].sentence, width, "      ")
    won = next((b for b in answer.blocked if (b.reason, b.service or "") == (reason, service)), None)
    if won:
        lifted = f"; {usd(won.lifting)} at once, were it lifted" if won.lifting else ""
        held = f"holds {usd(won.usd_per_hour)} {answer.cost.currency}/h more than the tasks are worth{lifted}"
        yield from paragraph(held, width, "      ")
    if reason in STAYS:
        yield from paragraph(f"lifted by: {_plain(STAYS[reason].lift)}", width, "      ")


def _plain(text: str) -> str:
    """Without the links of the runbook."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def _each(answer: Answer, width: int) -> Iterator[str]:
    table = [("instance", "part", "why")]
    table += [(e.instance, e.part, "; ".join((e.sentence, *e.also))) for e in answer.stays]
    yield from rows(table, width)
