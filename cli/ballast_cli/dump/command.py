"""`ballast dump`: ask, and print the file."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import Any

from ballast import clock
from ballast.aws import operator_calls
from ballast.errors import BallastError
from ballast.records.command import check_scope
from ballast_cli.dump.anonymise import anonymised
from ballast_cli.dump.ask import ask
from ballast_cli.dump.records import Dump
from ballast_cli.dump.writing import text_of
from ballast_cli.say import STACK


class NotUnderstoodError(BallastError):
    """AWS answered in a form that nobody has seen."""


type Printed = tuple[bool, list[str], Any]


def look(options: argparse.Namespace) -> Dump:
    """The cluster of the options as it is now. Raises BallastError, ValueError for what no cluster can be called."""
    check_scope(options.cluster, None, None)
    logging.disable(logging.CRITICAL)  # the product's adapters log to standard output
    try:
        with operator_calls.patience():
            return ask(options.cluster, options.stack or STACK, clock.utc_now())
    except (LookupError, TypeError, ValueError) as error:
        raise NotUnderstoodError(f"an answer of AWS has a form that is not understood: {error!r}") from error
    finally:
        logging.disable(logging.NOTSET)


def dump(options: argparse.Namespace) -> Printed:
    """The file; what is missing in it is also said on standard error, where it is seen when the file is redirected."""
    found = look(options)
    found = anonymised(found) if options.anonymise else found
    for sentence in found.missing:
        sys.stderr.write(f"missing: {sentence}\n")
    return True, [text_of(found).rstrip("\n")], found
