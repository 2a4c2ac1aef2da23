"""Several policies side by side: a column each, and a row for each number that they may differ in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.layout import GAP, many, money, paragraph, span

NEVER = "-"
LEAST_COLUMN = 8
TAKEN = frozenset({"spot interruption", "capacity interruption", "instance stopping", "lifecycle hook", "root volume"})


def beside(answers: Sequence[Answer], width: int) -> Iterator[str]:
    first = answers[0]
    what = f"{many(first.instances, 'instance')}, {many(first.tasks, 'task')}, {many(first.services, 'service')}"
    yield from paragraph(f"{first.cluster} in {first.region} as of {first.taken_at}: {what}.", width)
    story = first.event or (f"Bottlerocket {first.release} comes out" if first.release else "no event")
    yield from paragraph(
        f"Each policy played for {span(max(a.minutes for a in answers))}, {story}. Nothing was changed on AWS.", width
    )
    yield ""
    table = [("", *(answer.policy or "as deployed" for answer in answers))]
    table += [(name, *map(cell, answers)) for name, cell in ROWS if any(cell(a) not in ("0", NEVER) for a in answers)]
    yield from _columns(table, width)
    yield ""
    yield "What they set"
    for answer in answers:
        said = ", ".join(f"{name}={value}" for name, value in answer.settings.items())
        yield from paragraph(f"{answer.policy}: {said}", width, "  ")
    yield ""
    yield "What stays, by reason"
    yield from _columns([("", *(a.policy or "" for a in answers)), *reasons_of(answers)], width)
    yield ""
    yield "What this does not know"
    for each in first.unknown:
        yield from paragraph(each, width, "- ")


def _columns(table: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The names on the left give way where it is narrow."""
    columns = [max(LEAST_COLUMN, *(len(row[n]) for row in table)) for n in range(1, len(table[0]))]
    left = max(len(row[0]) for row in table)
    left = max(12, min(left, width - sum(columns) - len(GAP) * (len(columns) + 1)))
    for row in table:
        cells = GAP.join(text.rjust(wide) for text, wide in zip(row[1:], columns, strict=True))
        head, *more = paragraph(row[0], left) or [""]
        yield f"{GAP}{head.ljust(left)}{GAP}{cells}".rstrip()
        yield from (f"{GAP}{each}" for each in more)


def _drains(why: str) -> Callable[[Answer], str]:
    return lambda answer: str(sum(d.why == why and d.at is not None for d in answer.drained))


def _of_rollouts(answer: Answer) -> str:
    return ", ".join(f"{r.on_target} of {r.total}" for r in answer.rollouts) or NEVER


ROWS: Sequence[tuple[str, Callable[[Answer], str]]] = (
    ("cost of an hour now", lambda a: money(a.cost.now, a.cost.currency)),
    ("once what begins is over", lambda a: money(a.cost.then, a.cost.currency)),
    ("bound", lambda a: money(a.cost.bound, a.cost.currency)),
    ("decided at once", lambda a: str(sum(act.on for act in a.acts))),
    ("would be, were it on", lambda a: str(sum(not act.on for act in a.acts))),
    ("instances drained", lambda a: str(sum(d.at is not None for d in a.drained))),
    ("  given back", _drains("rebalancing")),
    ("  repaired", _drains("repair")),
    ("  updated", _drains("bottlerocket update")),
    ("  before a scheduled change", _drains("scheduled change")),
    ("  taken by EC2 or their group", lambda a: str(sum(d.at is not None and d.why in TAKEN for d in a.drained))),
    ("waiting to be drained", lambda a: str(sum(d.how.startswith("waits") for d in a.drained))),
    ("on the release", _of_rollouts),
    ("instances launched", lambda a: str(sum(a.launched.values()))),
    ("tasks moved", lambda a: str(sum(d.tasks for d in a.drained if d.at is not None))),
    ("tasks cut off", lambda a: str(a.harm.interrupted)),
    ("falls below a minimum", lambda a: str(sum(a.harm.below_minimum.values()))),
    ("tasks without room at the end", lambda a: str(sum(a.harm.waiting.values()))),
    ("pages", lambda a: str(sum(t.severity == "page" for t in a.told))),
    ("tickets", lambda a: str(sum(t.severity == "ticket" for t in a.told))),
)


def reasons_of(answers: Sequence[Answer]) -> Iterator[tuple[str, ...]]:
    counts = [Counter(each.reason for each in answer.stays) for answer in answers]
    names = sorted({name for each in counts for name in each}, key=lambda name: (-max(c[name] for c in counts), name))
    yield from ((name, *(str(each[name]) for each in counts)) for name in names)
