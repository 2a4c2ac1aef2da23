"""`ballast doctor`: look, judge, say; whether anything is wrong is the exit code."""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ballast.policy.settings import SETTINGS
from ballast.records.command import check_scope
from ballast.telemetry import logger
from ballast_cli.doctor.asks.everything import look_at_everything
from ballast_cli.doctor.checks.check import run
from ballast_cli.doctor.checks.every import CHECKS
from ballast_cli.doctor.document import document
from ballast_cli.doctor.snapshot import Snapshot
from ballast_cli.doctor.text import Form, report

RUNBOOK = next(row.default for row in SETTINGS if row.parameter == "RunbookUrl")


def examine(options: argparse.Namespace, stack: str) -> tuple[bool, list[str], dict[str, Any]]:
    """Whether nothing is wrong; the report; and the same as a document. Raises ValueError for what is no name of a cluster."""
    if options.cluster:
        check_scope(options.cluster, None, None)
    with _quiet(), _looking():
        snapshot = look_at_everything(stack, options.cluster, drift=options.drift)
    findings = run(CHECKS, snapshot)
    form = _form(options, snapshot)
    whole = document(snapshot, findings, form)
    return whole["ok"], [report(snapshot, findings, form)], whole


def _form(options: argparse.Namespace, snapshot: Snapshot) -> Form:
    """Commands go to the Region and profile that were asked for: who pastes one is in a shell that has others."""
    asked = (("--region", options.region), ("--profile", options.profile))
    beside = " ".join(f"{flag} {shlex.quote(value)}" for flag, value in asked if value)
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    width = shutil.get_terminal_size((100, 24)).columns
    stack = f"--stack {shlex.quote(options.stack)}" if options.stack else ""
    return Form(width, snapshot.parameter("RunbookUrl") or str(RUNBOOK), beside, stack, coloured)


@contextmanager
def _looking() -> Iterator[None]:
    """A large account takes half a minute, which whoever waits at a terminal should know."""
    waits = sys.stderr.isatty()
    sys.stderr.write("Looking at AWS ...\r" if waits else "")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[K" if waits else "")


@contextmanager
def _quiet() -> Iterator[None]:
    """The layer's log lines belong to functions, and to standard output there."""
    level = logger.log_level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
