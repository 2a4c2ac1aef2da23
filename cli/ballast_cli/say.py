"""Say something to Ballast, and wait for the answer that names what changed."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

from ballast import clock
from ballast.aws import operator_calls
from ballast.errors import BallastError
from ballast.records.answer import Answer
from ballast.records.command import Command, CommandKind, parse_command
from ballast.records.pause import read_span
from ballast_cli.trial import follow

STACK = "ballast"  # where nobody names another
WAITS_S = 90.0  # a quiet queue may wait for 20 s, and a function for another that runs
LOOKS_EVERY_S = 2.0

type Said = tuple[bool, list[str], dict[str, Any]]


class NotDoneError(BallastError):
    """Nobody said yes, or nobody answered."""


def say(options: argparse.Namespace) -> Said:
    """Whether anything changed, or was so already; the sentences; and the same as a document.

    Raises ValueError in a sentence for what nobody could obey, before AWS is asked anything.
    """
    if getattr(options, "for", None) is not None:
        read_span(getattr(options, "for"))
    command = replace(parse_command(vars(options), clock.utc_now()), id=str(uuid4()))
    _agree(options, command)
    stack = operator_calls.find_stack(options.stack or STACK)
    said = replace(command, by=operator_calls.caller())
    operator_calls.send(said)
    answer = _wait(stack.ledger, said)
    lines = [*answer.lines, *(follow(stack, said) if answer.ok and said.kind is CommandKind.TEST else ())]
    return answer.ok, lines, {"ok": answer.ok, "command": said.kind, "lines": lines}


def _agree(options: argparse.Namespace, command: Command) -> None:
    """A rollback drains and reboots everything once more, so somebody must mean it."""
    if command.kind is not CommandKind.ROLLBACK or options.yes:
        return
    if not sys.stdin.isatty():
        raise ValueError(
            "rollback drains and reboots every updated instance once more, so say --yes where nobody can be asked"
        )
    what = " ".join(filter(None, (command.variant, command.arch, "in", command.cluster)))
    sys.stderr.write(f"Every updated instance of {what} drains and reboots once more. Go on? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotDoneError("Nothing was said to Ballast")


def _wait(ledger: str, command: Command) -> Answer:
    for _ in range(int(WAITS_S / LOOKS_EVERY_S)):
        time.sleep(LOOKS_EVERY_S)
        answer = operator_calls.answered(ledger, command.id or "")
        if answer:
            return answer
    where = f" --cluster {command.cluster}" if command.cluster else ""
    raise NotDoneError(
        f"Ballast has not answered within {WAITS_S:.0f} s and may still obey: look at `ballast status{where}` and at the log "
        "of update_bottlerocket, or stop Ballast without its help (docs/operating.md#stop-at-once)"
    )
