"""What may be said to `ballast`: its commands and their options; shell completion is made from it too."""

from __future__ import annotations

import argparse
import os
from typing import Any, NoReturn, override

from ballast import __version__
from ballast.records.command import FOR_ALL, SEVERITIES, CommandKind
from ballast.records.pause import LONGEST, USUAL
from ballast_cli.completion import SHELLS
from ballast_cli.say import STACK

HELP = {
    CommandKind.APPROVE: "let the rollout that waits begin in the next maintenance window",
    CommandKind.HALT: "start no further instance of a rollout",
    CommandKind.PAUSE: "begin nothing voluntary: no drain, update, replacement or hook, until a time that always comes",
    CommandKind.RESUME: "end a pause; where none is, go on with a halted rollout, whose earlier failures no longer count",
    CommandKind.ROLLBACK: "take updated instances back to the version before",
    CommandKind.TEST: "tell a test incident through the stack to every channel, and see whether it is taken in; or drill a drain",
}
NO_ROLLOUT = (CommandKind.PAUSE, CommandKind.TEST)  # is about any
VERSION_HELP = {
    CommandKind.APPROVE: "refuse unless this is the version that waits",
    CommandKind.ROLLBACK: "go back to this version",
}


class _Parser(argparse.ArgumentParser):
    @override
    def error(self, message: str) -> NoReturn:
        """Without the usage lines, which hide what is wrong."""
        self.exit(2, f"{self.prog}: {message}; --help tells more\n")


def parser() -> argparse.ArgumentParser:
    whole = _Parser(prog="ballast", description="Pause Ballast, steer Bottlerocket rollouts, and see what waits.")
    whole.add_argument("--version", action="version", version=f"ballast {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for kind, what in HELP.items():
        command = commands.add_parser(kind.value, help=what, allow_abbrev=False)
        _where(command, needs_cluster=kind not in FOR_ALL, of_rollouts=kind not in NO_ROLLOUT)
        command.add_argument("--reason", help="why, for the others")
        if kind in VERSION_HELP:
            command.add_argument("--version", help=VERSION_HELP[kind])
        if kind is CommandKind.PAUSE:
            usual = f"{USUAL.total_seconds() / 3600:g}h"
            says = f"how long, such as 90m, 4h or 2d (default: {usual}, at most {LONGEST.days}d)"
            command.add_argument("--for", metavar="TIME", help=says)
        if kind is CommandKind.TEST:
            says = "how loud it is (default: ticket; page wakes whoever is on call)"
            command.add_argument("--severity", choices=SEVERITIES, default="ticket", help=says)
            command.add_argument(
                "--drain", metavar="ID", help="a drill: drain this EC2 instance, and set it ACTIVE again"
            )
        if kind in (CommandKind.ROLLBACK, CommandKind.TEST):
            command.add_argument("--yes", action="store_true", help="do not ask")
    status = commands.add_parser("status", help="show what is under way, and what it waits for", allow_abbrev=False)
    _where(status, needs_cluster=False, of_rollouts=True)
    status.add_argument(
        "--watch", action="store_true", help="the fleet as it is now, with bars, again and again until Ctrl-C"
    )
    status.add_argument("--every", metavar="SECONDS", help="between two pictures of --watch (default: 30, at least 10)")
    table = os.environ.get("LEDGER_TABLE")
    status.add_argument("--table", default=table, help="the ledger, in the place of a stack (default: $LEDGER_TABLE)")
    _history(commands.add_parser("history", help="show what Ballast did and why", allow_abbrev=False))
    doctor = commands.add_parser(
        "doctor", help="find what keeps Ballast from working, and the commands that mend it", allow_abbrev=False
    )
    _where(doctor, needs_cluster=False, of_rollouts=False)
    doctor.add_argument("--drift", action="store_true", help="have CloudFormation compare the stack with its template")
    _of_dumps(commands)
    shells = commands.add_parser(
        "completion", help="print what a shell needs to complete this command", allow_abbrev=False
    )
    shells.add_argument("shell", choices=tuple(SHELLS), help="bash, zsh or fish")
    shells.set_defaults(json=False, profile=None, region=None)
    return whole


def _history(parser: argparse.ArgumentParser) -> None:
    _where(parser, needs_cluster=False, of_rollouts=False)
    parser.add_argument("--instance", metavar="ID", help="the EC2 instance (default: all)")
    when = "today, yesterday, a time ago such as 90m, 4h or 2d, or a date such as 2026-11-28T03:00, in UTC"
    parser.add_argument("--since", default="yesterday", metavar="TIME", help=f"{when} (default: yesterday)")
    parser.add_argument("--until", metavar="TIME", help="the same (default: now)")
    parser.add_argument("--markdown", action="store_true", help="for a post-mortem: a section for each incident")


def _of_dumps(commands: Any) -> None:
    dump = commands.add_parser(
        "dump", help="print one cluster as a file for what-if, read-only and without secrets", allow_abbrev=False
    )
    dump.add_argument("--anonymise", action="store_true", help="give every name another one; the plans stay the same")
    _where(dump, needs_cluster=True, of_rollouts=False, as_json=False)
    dump.set_defaults(json=False)
    what_if = commands.add_parser(
        "what-if",
        help="play a dump, or a cluster, in a simulated AWS, and tell what Ballast would do",
        allow_abbrev=False,
    )
    what_if.add_argument("file", nargs="?", help="what `ballast dump` printed; without it --cluster is looked at")
    what_if.add_argument("--event", help="spot:i-…, rebalance:i-…, terminate:i-…, retire:i-…, agent:i-… or az:ZONE")
    what_if.add_argument("--release", metavar="VERSION", help="a Bottlerocket release that comes out, such as 1.64.0")
    what_if.add_argument("--days", metavar="N", help="play it so far forward (default: as long as the answer takes)")
    what_if.add_argument("--policy", metavar="FILE", action="append", help="settings in TOML; several: side by side")
    what_if.add_argument("--html", metavar="FILE", help="write it as a page with pictures, too")
    what_if.add_argument("--all", action="store_true", help="each instance, in place of the first of many")
    _where(what_if, needs_cluster=False, of_rollouts=False, in_place=", in the place of a file")


def _where(
    parser: argparse.ArgumentParser, *, needs_cluster: bool, of_rollouts: bool, as_json: bool = True,
    in_place: str = " (default: every managed one)",
) -> None:  # fmt: skip
    all_of_them = "" if needs_cluster else in_place
    parser.add_argument("--cluster", required=needs_cluster, metavar="NAME", help=f"the ECS cluster{all_of_them}")
    if of_rollouts:
        parser.add_argument("--variant", help="such as aws-ecs-2 (default: all)")
        parser.add_argument("--arch", help="x86_64 or arm64 (default: both)")
    parser.add_argument("--stack", metavar="NAME", help=f"the stack of Ballast (default: {STACK})")
    parser.add_argument("--region", help="instead of the one of the AWS profile")
    parser.add_argument("--profile", help="the AWS profile")
    if as_json:
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
