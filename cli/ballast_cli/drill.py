"""`ballast test --drain i-…`: ask for a drill, and look on while the stack plays it. Whoever stops looking stops nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ballast import clock
from ballast.aws import operator_calls
from ballast.aws.operator_calls import Stack
from ballast.errors import BallastError
from ballast.records.command import Command
from ballast.records.disruption import LONGEST_DRILL, Reason
from ballast.words.codes import Code

LOOKS_EVERY_S = 5.0
# Two sweeps before it, five minutes in which it waits for its turn, and two sweeps to see its end.
WATCHED = LONGEST_DRILL + timedelta(minutes=9)
EARLIER = timedelta(minutes=1)  # clocks differ


class NotSeenError(BallastError):
    """The drill did not end as it should, or nobody can see how."""


def follow_drill(stack: Stack, command: Command) -> list[str]:
    """A line for each step that was told. Raises NotSeenError where it was refused or overtaken, or its end is not seen."""
    where = f"`ballast status --cluster {command.cluster}` shows it, and the stack ends it by itself"
    if stack.history is None:
        raise NotSeenError(f"The drill is asked for, and how it goes is in no log of this stack: {where}")
    lines: list[str] = []
    since, until = command.at - EARLIER, clock.utc_now() + WATCHED
    told: set[str] = set()
    while clock.utc_now() < until:
        time.sleep(LOOKS_EVERY_S)
        for notice in _new(stack.history, command, since, told):
            lines.append(_said(notice))
            _show(lines[-1])
            if notice["code"] == Code.DRILL_OVER:
                return lines
            if notice["code"] == Code.DRILL_REFUSED:
                raise NotSeenError(" ".join(lines))
            if notice["code"] != Code.DRILL_DRAIN:
                raise NotSeenError(f"{' '.join(lines)} The drill has become that drain, which goes on without it")
    raise NotSeenError(
        f"{' '.join(lines)} The end of the drill was not told within {WATCHED.total_seconds() / 60:.0f} minutes: {where}".strip()
    )


def _new(group: str, command: Command, since: datetime, told: set[str]) -> Iterator[dict[str, Any]]:
    """Of the instance, since the drill began; what else befalls it meanwhile has another reason."""
    found = operator_calls.told(group, since, clock.utc_now(), cluster=command.cluster, instance=command.instance)
    for notice in found:
        if notice["id"] in told or (not told and notice.get("reason") != Reason.DRILL):
            continue
        told.add(notice["id"])
        yield dict(notice)


def _said(notice: dict[str, Any]) -> str:
    why = f" {notice['why']}" if notice["code"] == Code.DRILL_REFUSED else ""
    return f"{str(notice['at'])[11:19]} {notice['what']}{why}"


def _show(line: str) -> None:
    """To who waits in front of a terminal; a file or a pipe gets all of it at the end."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{line}\n")
