"""What is wrong with the rows: something that one names is not there any more, or a page of AWS has no row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tools.fidelity.models import why_not_in_models
from tools.fidelity.rows import FOLDER, NO_BEHAVIOUR, NoBehaviour, Row

PAGE = re.compile(r"https://(?:docs\.)?aws\.amazon\.com/[^\s)>\"'`,;]*[^\s)>\"'`,;.:]")
READINGS = "simulator/world/autoscaling/readings.py"
READING = re.compile(r"^    (\w+): bool = ", re.MULTILINE)
RULES = ("layers/shared/ballast", "simulator/world", "simulator/delivery", "simulator/iam")
SKIPPED = re.compile(r"^pytestmark = pytest\.mark\.skip\(", re.MULTILINE)


def mistakes(root: Path, rows: Sequence[Row], others: Sequence[NoBehaviour]) -> list[str]:
    """A sentence for each, with what to do."""
    of_rows = (f"{row.says!r}: {why}" for row in rows for why in _of(root, row))
    return [*of_rows, *_of_readings(root, rows), *_of_pages(root, rows, others)]


def pages_of(text: str) -> set[str]:
    """Without what stands behind a #."""
    return {page.partition("#")[0] for page in PAGE.findall(text)}


def _of(root: Path, row: Row) -> Iterator[str]:
    rule = _text(root / row.rule)
    if rule is None:
        yield f"there is no {row.rule}; name the file in which the rule is now, or take the row away"
        return
    if rule.count(row.beside) != 1:
        yield f"{row.beside!r} is {rule.count(row.beside)} times in {row.rule}; name a text that is there once"
    for page in row.pages:
        if page.partition("#")[0] not in pages_of(rule):
            yield f"{row.rule} does not name {page}; name the page beside the rule, or the page that is there"
    for test in (*row.tests, *row.emulator):
        path, _, name = test.partition("::")
        if not re.search(rf"^def {re.escape(name)}\(", _text(root / path) or "", re.MULTILINE) or not name:
            yield f"there is no test {test}; name the one that shows it now, or take the row away"
    for test in row.emulator:
        if not test.startswith("tests/e2e/") or SKIPPED.search(_text(root / test.partition("::")[0]) or ""):
            yield f"{test} is skipped, or none of tests/e2e; nothing was seen in the emulator by it"
    for name in row.model:
        if why := why_not_in_models(name):
            yield f"{why}; name what botocore has, or take the name away"


def _of_readings(root: Path, rows: Sequence[Row]) -> Iterator[str]:
    played = set(READING.findall(_text(root / READINGS) or ""))
    told = {row.reading for row in rows if row.reading}
    for name in sorted(told - played):
        yield f"{READINGS} has no {name} any more; say what AWS does, with its page, or take the row away"
    for name in sorted(played - told):
        yield f"{READINGS} plays {name} both ways, and no row says so; write one into {FOLDER}/"


def _of_pages(root: Path, rows: Sequence[Row], others: Sequence[NoBehaviour]) -> Iterator[str]:
    told = {page.partition("#")[0] for row in rows for page in row.pages}
    excused = [page for other in others for page in other.pages]
    named: dict[str, str] = {}
    for folder in RULES:
        for path in sorted((root / folder).rglob("*.py")):
            for page in pages_of(path.read_text(encoding="utf-8")):
                named.setdefault(page, path.relative_to(root).as_posix())
    for page in sorted(named.keys() - told - {*excused}):
        yield (
            f"{page}, which {named[page]} names, has no row; write one into {FOLDER}/, or say in "
            f"{FOLDER}/{NO_BEHAVIOUR}.yaml why it is none"
        )
    for page in sorted({*excused} - named.keys()):
        yield f"{page} is in {FOLDER}/{NO_BEHAVIOUR}.yaml, but no rule names it any more; take it away"
    for page in sorted(page for page in {*excused} if page in told or excused.count(page) > 1):
        yield f"{page} is in {FOLDER}/{NO_BEHAVIOUR}.yaml, and has a row or is there twice; keep one"


@cache
def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
