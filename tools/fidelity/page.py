"""The parts of docs/fidelity.md that are written by `make docs`: the numbers, the rows, and the pages without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.fidelity.rows import HEADINGS, Row, read_no_behaviours, read_rows

COLUMNS = ("#", "AWS does this", "If it does not", "Rule and tests", "Seen in", "What would check it on an account")
WRITTEN, LEFT_OPEN = "docs", "left open by docs"
SEEN = (WRITTEN, LEFT_OPEN, "botocore model", "emulator")
DOCS = "https://docs.aws.amazon.com/"


def seen_in(row: Row) -> list[str]:
    """From what the row names, and tools/fidelity/dead.py finds: nothing is seen because a row says so."""
    docs = LEFT_OPEN if row.reading else WRITTEN
    named = {docs: row.pages, "botocore model": row.model, "emulator": row.emulator}
    return [where for where, names in named.items() if names]


def numbers(root: Path) -> str:
    """How many rows there are, and how many of them are seen where."""
    every = [seen_in(row) for row in read_rows(root)]
    seen = [f"| {where} | {sum(where in one for one in every)} |" for where in SEEN]
    return "\n".join(["| seen in | rows |", "|---|---|", *seen, "| real AWS | 0 |", f"| all rows | {len(every)} |"])


def rows(root: Path) -> str:
    """A table under a heading for each thing that can go wrong, numbered through."""
    return "\n\n".join(_tables(read_rows(root)))


def _tables(every: Sequence[Row]) -> Iterator[str]:
    first = 1
    for kind, heading in HEADINGS.items():
        some = [row for row in every if row.kind == kind]
        head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"
        lines = [_line(number, row) for number, row in enumerate(some, start=first)]
        first += len(some)
        yield "\n".join([f"### {heading}\n", head, *lines])


def _line(number: int, row: Row) -> str:
    pages = ", ".join(f"[{page.rpartition('/')[2] or page}]({page})" for page in row.pages)
    tests = "<br>".join(_link(test) for test in (*row.tests, *row.emulator))
    seen = "<br>".join([*seen_in(row), *(f"`{name}`" for name in row.model)])
    cells = (str(number), f"{row.says} {pages}", row.wrong, f"[{row.rule}](../{row.rule})<br>{tests}", seen, row.check)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[`{name}`](../{path})"


def no_behaviours(root: Path) -> str:
    """Which pages are named in the code without a row, by reason."""
    found = read_no_behaviours(root)
    lines = [f"| {other.why} | {', '.join(_short(page) for page in other.pages)} |" for other in found]
    return "\n".join(["| why there is no row | pages |", "|---|---|", *lines])


def _short(page: str) -> str:
    return f"[{page.removeprefix(DOCS)}]({page})"
