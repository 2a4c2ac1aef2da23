"""The operator's word: `ballast doctor`, `status`, `history`, `test`, `dump`, `what-if`, `pause`, `resume` and the like.

Whatever changes something goes as an event, so that the functions' role acts; the command waits for the answer that
says what changed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ballast.aws import operator_calls
from ballast.errors import BallastError
from ballast_cli.completion import completion
from ballast_cli.history import history
from ballast_cli.parser import parser
from ballast_cli.say import STACK, say
from ballast_cli.status import Shown, show

STOPPED = 130  # by Ctrl-C, as a shell has it


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done or shown, 1 not done, 2 wrong usage, 130 stopped; all but 0 with a sentence on standard error."""
    options = parser().parse_args(arguments)
    try:
        if options.profile or options.region:
            operator_calls.use(options.profile, options.region)
        done, lines, whole = _answer(options)
    except KeyboardInterrupt:
        print("Stopped. What was said to Ballast before holds.", file=sys.stderr)  # noqa: T201
        return STOPPED
    except (ValueError, BallastError) as error:
        sentence = f"{str(error).rstrip('.')}."
        _print(options, [sentence], {"ok": False, "lines": [sentence]}, done=False)
        return 2 if isinstance(error, ValueError) else 1
    _print(options, lines, whole, done=done or options.command == "doctor")  # what it found is its answer
    return 0 if done else 1


def _answer(options: argparse.Namespace) -> Shown:
    match options.command:
        case "status" if options.watch:
            from ballast_cli.watch.run import watch  # noqa: PLC0415 - no other command pays for it

            return watch(options)
        case "status":
            return show(options)
        case "history":
            return history(options)
        case "completion":
            return completion(options)
        case "doctor":
            from ballast_cli.doctor.run import examine  # noqa: PLC0415 - no other command pays for it

            return examine(options, options.stack or STACK)
        case "dump":
            from ballast_cli.dump.command import dump  # noqa: PLC0415 - no other command pays for it

            return dump(options)
        case "what-if":
            from ballast_cli.what_if.command import what_if  # noqa: PLC0415 - no other command pays for it

            return what_if(options)
        case _:
            return say(options)


def _print(options: argparse.Namespace, lines: Sequence[str], whole: Any, *, done: bool) -> None:
    """With `--json` one document on standard output, whatever came of it. Who reads no further is no error."""
    with suppress(BrokenPipeError):
        _write(options, lines, whole, done=done)
        sys.stdout.flush()
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains once more at its end


def _write(options: argparse.Namespace, lines: Sequence[str], whole: Any, *, done: bool) -> None:
    if options.json:
        print(json.dumps(whole, indent=2, ensure_ascii=False, default=str))  # noqa: T201
    elif done:
        print("\n".join(lines))  # noqa: T201
    else:
        print(" ".join(lines), file=sys.stderr)  # noqa: T201
