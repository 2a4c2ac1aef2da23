"""`ballast what-if`: read or look, play each policy, and show one answer, or several side by side."""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ballast.aws import operator_calls
from ballast.errors import BallastError
from ballast_cli.dump.command import look
from ballast_cli.dump.records import Dump
from ballast_cli.what_if.options import check_early, dump_in, questions
from ballast_cli.what_if.question import Question

WIDTH = 100  # where no terminal says its own
NARROWEST = 60
PROBLEM = (
    "this cluster cannot be played ({}: {}); a dump made with --anonymise, sent to Ballast's issues, helps to mend it"
)
EXTRA = "what-if needs what the stack runs on: {}; pipx install 'ballast-ecs[what-if] @ .' brings it, from a clone"

type Shown = tuple[bool, list[str], Any]
type Play = Callable[[Question, Callable[[float], None]], Any]


class NotPlayedError(BallastError):
    """Says what to send to whom."""


class NotInstalledError(BallastError):
    """Says how to install what is missing."""


class NotWrittenError(BallastError):
    """Names the file."""


def what_if(options: argparse.Namespace) -> Shown:
    """Raises ValueError or BallastError in a sentence; the lines, and the same as a document."""
    check_early(options)
    dump = dump_in(options)
    play = _play()
    if dump is None:
        dump = look(options)
        operator_calls.use(None, None)  # nothing of these credentials is near a simulated call
    return show(options, dump, play)


def show(options: argparse.Namespace, dump: Dump, play: Play) -> Shown:
    from ballast_cli.what_if.beside import beside  # noqa: PLC0415 - with the room
    from ballast_cli.what_if.text import lines  # noqa: PLC0415 - with the room

    asked = questions(options, dump)
    logging.disable(logging.CRITICAL)
    try:
        answers = [_played(play, question) for question in asked]
    finally:
        logging.disable(logging.NOTSET)
    page = [_page(options.html, answers)] if options.html else []
    width = max(NARROWEST, shutil.get_terminal_size((WIDTH, 24)).columns)
    documents = [asdict(answer) for answer in answers]
    if len(answers) > 1:
        return True, [*beside(answers, width), *page], {"answers": documents}
    return True, [*lines(answers[0], width, everything=options.all), *page], documents[0]


def _page(path: str, answers: Sequence[Any]) -> str:
    from ballast_cli.what_if.page.report import report  # noqa: PLC0415 - with the room

    try:
        Path(path).write_text(report(answers), encoding="utf-8")
    except OSError as error:
        raise NotWrittenError(f"{path} cannot be written: {error.strerror}") from error
    return f"\nThe page is in {path}."


def _played(play: Play, question: Question) -> Any:
    """What the simulator cannot play is no answer; it is told in a sentence that helps to mend it."""
    try:
        return play(question, _tell)
    except (ValueError, BallastError):
        raise
    except Exception as error:
        raise NotPlayedError(PROBLEM.format(type(error).__name__, error)) from error


def _tell(minutes: float) -> None:
    """To who waits in front of a terminal; a file or a pipe gets the answer only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\rplayed {minutes / 60:.0f} hours …\r")


def _play() -> Play:
    """The theatre is loaded by this command only."""
    try:
        from ballast_cli.what_if.play import answer  # noqa: PLC0415 - no other command pays for the simulator
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        raise NotInstalledError(EXTRA.format(f"{missing} is missing")) from error
    return answer
