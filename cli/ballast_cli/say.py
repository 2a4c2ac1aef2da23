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
from ballast_cli.drill import follow_drill
from ballast_cli.trial import follow

STACK = "ballast"  # where nobody names another
WAITS_S = 90.0  # a quiet queue may wait for 20 s, and a function for another that runs
LOOKS_EVERY_S = 2.0

FOLLOW = {CommandKind.TEST: follow, CommandKind.DRILL: follow_drill}  # and look what comes of it

type Said = tuple[bool, list[str], dict[str, Any]]


class NotDoneError(BallastError):
    """Nobody said yes, or nobody answered."""


def say(options: argparse.Namespace) -> Said:
    """Whether anything changed, or was so already; the sentences; and the same as a document.

    Raises ValueError in a sentence for what nobody could obey, before AWS is asked anything.
    """
    if getattr(options, "for", None) is not None:
        read_span(getattr(options, "for"))
    command = replace(parse_command(_wanted(options), clock.utc_now()), id=str(uuid4()))
    _agree(options, command)
    stack = operator_calls.find_stack(options.stack or STACK)
    said = replace(command, by=operator_calls.caller())
    operator_calls.send(said)
    answer = _wait(stack.ledger, said)
    lines = [*answer.lines, *(FOLLOW[said.kind](stack, said) if answer.ok and said.kind in FOLLOW else ())]
    return answer.ok, lines, {"ok": answer.ok, "command": said.kind, "lines": lines}


def _wanted(options: argparse.Namespace) -> dict[str, Any]:
    """A drill is a test that is about an instance."""
    given = vars(options)
    if given.get("drain") is None:
        return given
    if not options.cluster:
        raise ValueError("--drain is about one instance of a cluster: name that with --cluster")
    return given | {"command": CommandKind.DRILL.value, "instance": options.drain}


def _agree(options: argparse.Namespace, command: Command) -> None:
    """What moves the tasks of an instance by somebody's word, that person must mean."""
    what = _consequence(command)
    if not what or options.yes:
        return
    if not sys.stdin.isatty():
        raise ValueError(f"{what}, so say --yes where nobody can be asked")
    sys.stderr.write(f"{what}. Go on? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotDoneError("Nothing was said to Ballast")


def _consequence(command: Command) -> str:
    """In words; "" of what needs no second word."""
    match command.kind:
        case CommandKind.ROLLBACK:
            whose = " ".join(filter(None, (command.variant, command.arch, "in", command.cluster)))
            return f"Every updated instance of {whose} drains and reboots once more"
        case CommandKind.DRILL:
            what = f"{command.instance} of {command.cluster} drains"
            return f"{what}: its tasks move, and after ten minutes at the latest it is ACTIVE again"
        case _:
            return ""


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
