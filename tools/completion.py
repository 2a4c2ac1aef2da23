"""Completion scripts for shells, made from the command's own parsers by shtab; they ship as files, so that nobody needs shtab."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

from ballast_cli.parser import parser

FILE = "FILE"  # the metavar of what is a path


def script(shell: str, _root: Path) -> str:
    whole = parser()
    for action in _actions(whole):
        if FILE in (action.metavar, action.dest.upper()):
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
    return f"{shtab.complete(whole, shell).rstrip()}\n"


def _actions(whole: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in whole._actions:  # noqa: SLF001 - argparse has no other way to read what was added
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            for inner in action.choices.values():
                yield from _actions(inner)
