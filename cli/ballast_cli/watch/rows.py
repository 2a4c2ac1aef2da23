"""The picture of one cluster as lines that fit: what it costs, each instance with its bars, what goes on, who blocks.

Letters stand for services, words for states; there is no colour to be blind for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from ballast_cli.drawing.cells import cells
from ballast_cli.drawing.letters import STANDALONE, letters_of
from ballast_cli.drawing.standing import ACTIVE, Standing
from ballast_cli.going_on import paragraphs
from ballast_cli.watch.seen import Seen

UNKNOWN = "unknown"
FEW = 40  # instances that are drawn one by one; of more only those at which something goes on
BAR_MOST, BAR_LEAST = 24, 6
FIXED = 76  # characters of a row beside its two bars
BLOCKS = 5

type Letters = Mapping[str | None, str]


def rows(seen: Seen, now: datetime, width: int) -> Iterator[str]:
    """`width`: of the terminal, as which the bars are made; sentences may be longer."""
    yield f"{seen.cluster}  {_sum(seen)}"
    yield from _fleet(seen, width)
    yield ""
    if seen.going_on is None:
        yield f"what is under way: {UNKNOWN}"
    else:
        yield from "\n\n".join(paragraphs(seen.going_on, now)).splitlines()
    yield from _blocks(seen)
    yield from (f"{UNKNOWN}: {sentence}" for sentence in seen.unknown)


def _sum(seen: Seen) -> str:
    """USD an hour beside the bound."""
    bound = "no report yet, so its bound is unknown"
    if seen.reported:
        told = UNKNOWN if seen.reported.bound is None else f"{seen.reported.bound:.3f}"
        bound = f"no plan was below {told} at {seen.reported.at[:16].replace('T', ' ')}"
    if seen.fleet is None:
        return f"its fleet is {UNKNOWN} · {bound}"
    tasks = sum(each.tasks for each in seen.fleet)
    return f"{len(seen.fleet):,} instances, {tasks:,} tasks · {hourly(seen.fleet, seen.currency)} · {bound}"


def hourly(fleet: Sequence[Standing], currency: str) -> str:
    """Nothing costs 0 because nobody knows its price."""
    known = [each.usd_per_hour for each in fleet if each.usd_per_hour is not None]
    missing = len(fleet) - len(known)
    if missing and not known:
        return f"{UNKNOWN} {currency}/h"
    return f"{sum(known):.3f} {currency}/h" + (f" and {missing:,} instances of {UNKNOWN} price" if missing else "")


def _fleet(seen: Seen, width: int) -> Iterator[str]:
    fleet = seen.fleet or ()
    letters = _letters(fleet)
    busy = {d.instance_id for d in seen.going_on.books.disruptions} if seen.going_on else set()
    for name, members in groupby(fleet, key=lambda each: each.group):
        some = list(members)
        yield ""
        yield f"{name or 'no capacity provider'}: {len(some):,} instances, {hourly(some, seen.currency)}{_mean(some)}"
        shown = some if len(fleet) <= FEW else [e for e in some if e.state != ACTIVE or e.instance in busy][:FEW]
        yield from (_row(each, letters, seen, width) for each in shown)
        if len(shown) < len(some):
            yield f"  and {len(some) - len(shown):,} more"
    if letters and len(fleet) <= FEW:
        yield ""
        others = "standalone tasks" if seen.interfaces else "all tasks"
        yield "  ".join(f"{letter} {name or others}" for name, letter in letters.items())


def _mean(some: Sequence[Standing]) -> str:
    by_resource = zip(*(each.used for each in some), strict=True)
    sums = [(of[0][0], sum(part for _, part, _ in of), sum(whole for _, _, whole in of)) for of in by_resource]
    return "".join(f", {name} {_percent(part, whole)}" for name, part, whole in sums[:2])


def _letters(fleet: Sequence[Standing]) -> Letters:
    found = {work.service for each in fleet for work in each.work}
    names = sorted(name for name in found if name is not None)
    return dict(zip(names, letters_of(names), strict=True)) | ({None: STANDALONE} if None in found else {})


def _row(each: Standing, letters: Letters, seen: Seen, width: int) -> str:
    long = max(BAR_LEAST, min(BAR_MOST, (width - FIXED) // 2))
    cpu, memory, interfaces = each.used
    parts = ([w.cpu for w in each.work], [w.memory_mib for w in each.work])
    signs = [letters[work.service] for work in each.work]
    bars = (
        f"{name} {_bar(signs, some, whole, long)} {_percent(used, whole):>4}"
        for (name, used, whole), some in zip((cpu, memory), parts, strict=True)
    )
    eni = f"ENI {interfaces[1] if seen.interfaces else '?'}/{interfaces[2] or '?'}"
    mark = " " if each.state == ACTIVE else "!"
    return f"{mark} {each.instance:19} {each.state:13} {'  '.join(bars)}  {eni:7} {each.tasks:>3} tasks  {each.release}"


def _bar(signs: Sequence[str], parts: Sequence[int], whole: int, long: int) -> str:
    lengths = cells((part / whole if whole else 0.0 for part in parts), long)
    return "".join(sign * length for sign, length in zip(signs, lengths, strict=True)).ljust(long, "·")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "?"


def _blocks(seen: Seen) -> Iterator[str]:
    held = seen.reported.blocked if seen.reported else ()
    if held:
        yield ""
        yield f"WHO BLOCKS, in {seen.currency}/h as of the last report"
        yield from (f"  {line}" for line in held[:BLOCKS])
        if len(held) > BLOCKS:
            yield f"  and {len(held) - BLOCKS} more lines: ballast history --cluster {seen.cluster}"
