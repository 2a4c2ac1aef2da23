"""How is the text of a setting read, and how is that said? A parameter and a tag of one setting have one reader.

What a tag may say can be written in a tag of ECS: letters, digits, spaces and _ . : / = + - @.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ballast.policy.windows import FORM, FORM_OF_TIMES, read_windows, readable
from ballast.records.pause import read_tag
from ballast.records.release import Version
from ballast.value import dataclass

WHOLE = 100  # percent


@dataclass(frozen=True, slots=True)
class Reader:
    """`read` raises ValueError unless the text is what `expected` says; `values` is the short form in the runbook."""

    read: Callable[[str], Any]
    expected: str
    values: str
    limits: str = ""


def text(pattern: str, expected: str, values: str = "") -> Reader:
    """Whatever matches, as written."""
    return Reader(lambda written: _matching(pattern, written), expected, values)


def words(pattern: str, expected: str, values: str) -> Reader:
    """Whatever matches, as the words that spaces separate."""
    return Reader(lambda written: tuple(_matching(pattern, written).split()), expected, values)


def one_of(*choices: str) -> Reader:
    def read(written: str) -> str:
        for choice in choices:
            if choice == written:
                return choice
        raise ValueError(written)

    *others, last = choices
    return Reader(read, f"{', '.join(others)} or {last}", ", ".join(f"`{choice}`" for choice in choices))


def _times(written: str) -> Any:
    from ballast.policy.digest_times import read_times  # noqa: PLC0415 - of one parameter, which no policy has

    return read_times(written)


def count(least: int, most: int) -> Reader:
    return _numbers(int, "a whole number", least, most)


def minutes(least: int, most: int) -> Reader:
    return _numbers(lambda number: timedelta(minutes=number), "a whole number of minutes", least, most)


def hours(least: int, most: int) -> Reader:
    return _numbers(lambda number: timedelta(hours=number), "a whole number of hours", least, most)


def days(least: int, most: int) -> Reader:
    return _numbers(lambda number: timedelta(days=number), "a whole number of days", least, most)


def _numbers(of: Callable[[int], Any], what: str, least: int, most: int) -> Reader:
    limits = f"{least} to {most}"
    return Reader(
        lambda written: of(_whole(written, least, most)), f"{what} from {limits}", f"whole number from {limits}", limits
    )


def _whole(written: str, least: int, most: int) -> int:
    """Five digits at most, since more would leave the calendar."""
    number = int(_matching("[0-9]{1,5}", written))
    if not least <= number <= most:
        raise ValueError(written)
    return number


def _matching(pattern: str, written: str) -> str:
    if not re.fullmatch(pattern, written):
        raise ValueError(written)
    return written


def _until(written: str) -> str:
    if not readable(written):
        raise ValueError(written)
    return written


def _waves(written: str) -> tuple[int, ...]:
    waves = tuple(int(_matching("[0-9]{1,3}", word)) for word in written.split())
    wrong = [f"{wave} is {'more than 100' if wave else 'no share'}" for wave in waves if not 1 <= wave <= WHOLE]
    if list(waves) != sorted(set(waves)):
        wrong.append("they do not grow")
    if not waves or waves[-1] != WHOLE:
        wrong.append("the last is not 100")
    if wrong:
        raise ValueError(wrong[0])
    return waves


CLUSTERS_MOST = 800  # characters


def _clusters(written: str) -> str:
    if len(written) > CLUSTERS_MOST:
        raise ValueError(written)
    return _matching("|[A-Za-z0-9_-]{1,255}(,[A-Za-z0-9_-]{1,255}){0,59}", written)


BUDGET = text(
    "[0-9]{1,5}|(100|[0-9]{1,2})(%| percent)",
    "a whole number such as 3 or a share such as 10 percent",
    "`3`, `10 percent` (a tag cannot hold `%`)",
)
FAILURES = text(
    "[0-9]{1,4}|(100|[0-9]{1,2}) percent",
    "a whole number such as 2 or a share such as 5 percent",
    "`2`, `5 percent`",
)
UNTIL = Reader(_until, "true, false or an ISO 8601 time until which it holds", "`true`, `false`, ISO 8601 time")
PAUSE = Reader(
    read_tag,
    "a reason, an ISO 8601 time until which it holds, both in reverse order, true or false",
    "reason, ISO 8601 time, or the time and then the reason; `true`, `false`",
)
VERSION = Reader(
    lambda written: str(Version.parse(written)), "a Bottlerocket version such as 1.64.0", "version such as `1.64.0`"
)
WINDOWS = Reader(
    read_windows, f"{FORM}, several joined by ' and ', or empty", "`0 2 any any tue-thu for 4h in Europe/Berlin`"
)
DIGEST = Reader(_times, FORM_OF_TIMES, "`off`, `0 7 any any any in UTC`, `30 8 any any mon in Europe/Berlin`")
WAVES = Reader(_waves, "growing percentages without the sign that end in 100, such as 10 30 100", "`10 30 100`")
CLUSTERS = Reader(  # the names stand in each role, and the inline policies of a role have a quota of 10,240 characters
    _clusters,
    "at most 60 ECS cluster names (not ARNs), separated by commas, of 800 characters in all; tag clusters to have more",
    "`true`",  # what its tag says
)
SWITCH = one_of("true", "false")
