"""The operator's word about Bottlerocket rollouts: `ballast status --cluster NAME` and its siblings.

Whatever changes something goes as an event, so that the functions' role acts and CloudTrail knows who said so.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn, override

from ballast import __version__, clock
from ballast.aws import operator_calls
from ballast.errors import BallastError
from ballast.records.command import DETAIL_TYPE, CommandKind, check_scope, parse_command
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage

type Row = tuple[str, ...]

HELP = {
    CommandKind.APPROVE: "let the rollout that waits begin in the next maintenance window",
    CommandKind.HALT: "start no further instance",
    CommandKind.RESUME: "go on with a halted rollout; earlier failures no longer count",
    CommandKind.ROLLBACK: "take updated instances back to the version before",
}
VERSION_HELP = {
    CommandKind.APPROVE: "refuse unless this is the version that waits",
    CommandKind.ROLLBACK: "go back to this version",
}
ROLLOUT_HEADINGS = ("VARIANT", "ARCH", "STATE", "TARGET", "ON TARGET", "FAILED", "EXCLUDED", "WAVE")
UPDATE_HEADINGS = ("INSTANCE", "STAGE", "TARGET", "SINCE", "WHY")


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer the exit code: 0 said or shown, 1 AWS did not do it, 2 wrong usage; the last two with one sentence."""
    options = _parser().parse_args(arguments)
    try:
        answer = _show(options) if options.command == "status" else _say(options)
    except (ValueError, BallastError) as error:
        print(f"{str(error).rstrip('.')}.", file=sys.stderr)  # noqa: T201
        return 2 if isinstance(error, ValueError) else 1
    print(answer)  # noqa: T201
    return 0


def _say(options: argparse.Namespace) -> str:
    command = parse_command(vars(options), clock.utc_now())
    said = replace(command, by=operator_calls.caller())
    operator_calls.send(DETAIL_TYPE, said.to_detail())
    return f"Told Ballast to {said.kind} {_where(said.cluster, said.variant, said.arch)}; a notice says what it did."


def _show(options: argparse.Namespace) -> str:
    check_scope(options.cluster, options.variant, options.arch)
    books = operator_calls.books_of(options.cluster, options.table)
    rollouts = [r for r in books.rollouts if options.variant in (None, r.variant) and options.arch in (None, r.arch)]
    if not rollouts:
        return f"Nothing is known of a rollout of {_where(options.cluster, options.variant, options.arch)}."
    paragraphs = [_aligned([ROLLOUT_HEADINGS, *map(_rollout_row, rollouts)])]
    paragraphs += [
        f"{r.variant} {r.arch} is halted: {r.halted_reason}" for r in rollouts if r.state is RolloutState.HALTED
    ]
    ids = {rollout.id for rollout in rollouts}
    unfinished = [u for u in books.updates if u.rollout in ids and u.stage is not Stage.DONE]
    if unfinished:
        paragraphs.append(_aligned([UPDATE_HEADINGS, *map(_update_row, unfinished)]))
    return "\n\n".join(paragraphs)


def _rollout_row(r: Rollout) -> Row:
    counts = (f"{r.on_target} of {r.total}", str(r.failed), str(r.excluded))
    return (r.variant, r.arch, r.state.replace("_", " "), r.target, *counts, str(r.wave) if r.wave else "canary")


def _update_row(u: InstanceUpdate) -> Row:
    return u.instance_id, u.stage, u.target, f"{u.since:%Y-%m-%d %H:%M} UTC", u.why or ""


def _aligned(rows: Sequence[Row]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _where(cluster: str, variant: str | None, arch: str | None) -> str:
    return " ".join(filter(None, (variant, arch, "in" if variant or arch else "", cluster)))


class _Parser(argparse.ArgumentParser):
    @override
    def error(self, message: str) -> NoReturn:
        """Without the usage lines, which hide what is wrong."""
        self.exit(2, f"{self.prog}: {message}; --help tells more\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="ballast", description="Steer Bottlerocket rollouts.")
    parser.add_argument("--version", action="version", version=f"ballast {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for kind in CommandKind:
        say = commands.add_parser(kind, help=HELP[kind], allow_abbrev=False)
        _narrow_down(say)
        say.add_argument("--reason", help="why, for the others")
        if kind in VERSION_HELP:
            say.add_argument("--version", help=VERSION_HELP[kind])
    status = commands.add_parser("status", help="show the rollouts of a cluster", allow_abbrev=False)
    _narrow_down(status)
    table = os.environ.get("LEDGER_TABLE")
    status.add_argument("--table", default=table, required=not table, help="the ledger (default: $LEDGER_TABLE)")
    return parser


def _narrow_down(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cluster", required=True, metavar="NAME")
    parser.add_argument("--variant", help="such as aws-ecs-2 (default: all)")
    parser.add_argument("--arch", help="x86_64 or arm64 (default: both)")
