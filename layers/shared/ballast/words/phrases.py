"""Which phrases do notices share? Numbers with their things and units, lists, times in UTC, commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def few(lines: Sequence[str]) -> tuple[str, ...]:
    return (*lines[:5], f"and {len(lines) - 5} more") if len(lines) > 5 else tuple(lines)


def cut(text: str, limit: int, mark: str = "…") -> str:
    """`mark` ends what was cut and counts: a limit is what a channel takes."""
    return text if len(text) <= limit else text[: limit - len(mark)] + mark


def span(since: datetime, now: datetime) -> str:
    seconds = max(0, round((now - since).total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S} UTC" if moment else "an unknown time"


def date(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown date"


def typed(verb: str, cluster: str, variant: str, arch: str) -> str:
    """What an operator types about one rollout (cli/ballast_cli), whole, so that it can be copied and run."""
    return f"`ballast {verb} --cluster {cluster} --variant {variant} --arch {arch}`"
