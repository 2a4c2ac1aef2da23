"""Play one event, as it is written in a file, against a small fleet that has what the event names.

`make event EVENT=FILE.json`; the keys of its JSON are kept from now on (docs/simulator.md).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from simulator.event.file import EventFileError, read_event
from simulator.event.home import Home
from simulator.event.outcome import outcome_of
from simulator.event.play import Played
from simulator.event.text import lines

__all__ = ["play_event"]


def play_event(path: Path, *, seed: int, as_json: bool, where: tuple[str | None, str | None] = (None, None)) -> int:
    """Print what happened; the exit code is 0, or 2 when the file holds no event. `where`: account and Region of the stack."""
    try:
        event = read_event(path)
    except EventFileError as error:
        print(error, file=sys.stderr)
        return 2
    home = Home.of(event, *where)
    with Played(event, seed, home) as played:
        played.play()
        outcome = outcome_of(played)
    print(json.dumps(outcome, indent=2) if as_json else "\n".join(lines(event, outcome, home)))
    return 0
