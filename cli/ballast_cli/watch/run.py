"""`ballast status --watch`: one picture where nobody watches, else one after another until Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from ballast import clock
from ballast.aws import operator_calls
from ballast.aws.ledger import Ledger
from ballast_cli.going_on import GoingOn
from ballast_cli.status import check, ledger_of, read
from ballast_cli.watch.look import Memory, look
from ballast_cli.watch.rows import rows
from ballast_cli.watch.seen import Seen, as_document

EVERY_S, LEAST_S, MOST_S = 30, 10, 3600
WIDTH = 120  # where no terminal says its own
FRESH, RESTORED = "\x1b[?1049h\x1b[H\x1b[2J", "\x1b[?1049l"  # the alternate screen, cleared, and back

type Shown = tuple[bool, list[str], Any]


def every_s(written: str | None) -> int:
    if written is None:
        return EVERY_S
    if not written.isdecimal() or not LEAST_S <= int(written) <= MOST_S:
        raise ValueError(f"--every {written} is no number of seconds from {LEAST_S} to {MOST_S}")
    return int(written)


def watch(options: argparse.Namespace) -> Shown:
    """Raises BallastError where there is nothing to watch; later a part that fails is unknown until the next picture."""
    check(options)
    pause_s, memory = every_s(options.every), Memory()
    once = options.json or not sys.stdout.isatty()
    with _quiet(), operator_calls.patience() as calls:
        ledger, stack = ledger_of(options)
        names = [each.cluster.name for each in read(ledger, options)]
        lines: list[str] = []
        document: Any = {}
        try:
            while True:
                before, now = calls.total(), clock.utc_now()
                seen = [look(name, partial(_books, name, ledger, options), stack, memory, now) for name in names]
                asked = calls.total() - before
                lines = list(_lines(seen, now, f"{asked} calls of AWS"))
                document = {
                    "at": now.isoformat(),
                    "calls": asked,
                    "clusters": [as_document(each, now) for each in seen],
                }
                if once:
                    return True, lines, document
                _draw([*lines, f"again in {pause_s} s; Ctrl-C ends it"])
                time.sleep(pause_s)
        except KeyboardInterrupt:
            return True, lines, document
        finally:
            if not once:
                sys.stdout.write(RESTORED)


def _books(name: str, ledger: Ledger, options: argparse.Namespace) -> GoingOn:
    [found] = read(ledger, argparse.Namespace(**{**vars(options), "cluster": name}))
    return found


def _lines(seen: Sequence[Seen], now: datetime, asked: str) -> Iterator[str]:
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    yield f"Ballast  {now:%Y-%m-%d %H:%M:%S} UTC · {asked}"
    for each in seen:
        yield ""
        yield from rows(each, now, width)


def _draw(lines: Sequence[str]) -> None:
    """As much as there is room for; the last line says how it ends."""
    width, high = shutil.get_terminal_size((WIDTH, 24))
    room = max(2, high - 1)
    shown = lines if len(lines) <= room else [*lines[: room - 1], f"{len(lines) - room} lines more · {lines[-1]}"]
    sys.stdout.write(FRESH + "\n".join(line[:width] for line in shown))
    sys.stdout.flush()


@contextmanager
def _quiet() -> Iterator[None]:
    """The product's adapters log to standard output."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
