"""A page of documentation that is a record: its blocks `console` are typed again, and must answer what stands there.

`<!-- meanwhile: … -->` between two blocks names what happens in the world there. A block `toml` is what somebody writes into
samconfig.toml. Everything else is for people.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

STEP = re.compile(r"^```(console|toml)\n(.*?)^```$|^<!-- (meanwhile): (.*?) -->$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^\$ ((?:.*\\\n)*.*)\n?", re.MULTILINE)
VARIES = re.compile(
    r"(?P<instance>\bi-[0-9a-f]{17}\b)"
    r"|(?P<host>\b[0-9a-f]{32}\b)"
    r"|(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"|(?P<secret>\bsecret:ballast/slack-\w{6}\b)"
    r"|(?P<made>\bballast-[A-Z][A-Za-z]+-[A-Za-z0-9]{6,13}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?Z?|\b\d\d:\d\d(?::\d\d)?\b)"
    r"|(?P<took>\b\d+(?:\.\d+)? ?(?:s|min|h|days?)\b)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """`kind`: a `command` with what it answers, `toml`, or what happens `meanwhile`; `at` is where `answer` stands."""

    kind: str
    text: str
    answer: str = ""
    at: tuple[int, int] = (0, 0)


def steps(page: str) -> Iterator[Step]:
    for found in STEP.finditer(page):
        kind, block, _, happens = found.groups()
        if happens:
            yield Step("meanwhile", happens)
        elif kind == "toml":
            yield Step("toml", block)
        else:
            yield from _commands(block, found.start(2))


def _commands(block: str, offset: int) -> Iterator[Step]:
    typed = list(TYPED.finditer(block))
    if not typed or typed[0].start():
        raise ValueError(f"A block of console begins with a command: {block!r}")
    ends = [each.start() for each in typed[1:]] + [len(block)]
    for each, end in zip(typed, ends, strict=True):
        yield Step("command", each[1], block[each.end() : end], (offset + each.end(), offset + end))


def steady(text: str) -> str:
    """Without what is another each time: ids, times, how long it took, and where lines break for it."""
    return " ".join(VARIES.sub(lambda found: f"<{found.lastgroup}>", text).split())


def bound(recorded: str, came: str) -> dict[str, str]:
    """What varies, as it came, by what the page has in its place."""
    pairs = zip(VARIES.finditer(recorded), VARIES.finditer(came), strict=False)
    return {
        old[0]: new[0] for old, new in pairs if old.lastgroup == new.lastgroup and old.lastgroup not in {"time", "took"}
    }


def filled(text: str, known: Mapping[str, str]) -> str:
    """A command or a block with the ids of this run."""
    return VARIES.sub(lambda found: known.get(found[0], found[0]), text)


def difference(recorded: str, came: str) -> str:
    """Line by line, for whoever has to see it."""
    return "\n".join(
        difflib.unified_diff(recorded.splitlines(), came.splitlines(), "the page", "what came", lineterm="")
    )


def written(page: str, answers: Mapping[tuple[int, int], str]) -> str:
    """The page with other answers, by where they stand."""
    for (begin, end), answer in sorted(answers.items(), reverse=True):
        page = page[:begin] + answer + page[end:]
    return page
