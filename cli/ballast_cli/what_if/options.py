"""What is asked, read from the command line; ValueError in one sentence for what nobody could answer."""

from __future__ import annotations

import argparse
import math
import re
from difflib import get_close_matches
from pathlib import Path

from ballast_cli.dump.reading import read_dump
from ballast_cli.dump.records import Dump
from ballast_cli.what_if.policy_file import read_policy_file
from ballast_cli.what_if.question import Happening, PolicyFile, Question

EVENTS = ("spot", "rebalance", "terminate", "retire", "agent", "az")
MOST_DAYS = 30.0
VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")


def check_early(options: argparse.Namespace) -> None:
    """What is wrong whatever the cluster is like, before AWS is asked anything."""
    if bool(options.file) == bool(options.cluster):
        raise ValueError("name either a file that `ballast dump` wrote, or a cluster with --cluster")
    days_of(options.days)
    if options.html is not None and (Path(options.html).is_dir() or not Path(options.html).parent.is_dir()):
        raise ValueError(f"{options.html} cannot be written: it is a folder, or in none that there is")
    if options.event is not None:
        _split(options.event)
    if options.release is not None and not VERSION.fullmatch(options.release):
        raise ValueError(f"--release {options.release} is no version such as 1.64.0")


def dump_in(options: argparse.Namespace) -> Dump | None:
    """None where the cluster is to be asked."""
    return read_dump(Path(options.file)) if options.file else None


def questions(options: argparse.Namespace, dump: Dump) -> list[Question]:
    """One for each policy; one where none is named."""
    policies: list[PolicyFile | None] = [read_policy_file(Path(path)) for path in options.policy or ()]
    event = None if options.event is None else happening(options.event, dump)
    release = None if options.release is None else new_release(options.release, dump)
    days = days_of(options.days)
    return [Question(dump, policy, event, release, days) for policy in policies or [None]]


def days_of(written: str | None) -> float | None:
    if written is None:
        return None
    try:
        days = float(written)
    except ValueError:
        days = math.nan
    if not 0 < days <= MOST_DAYS:
        raise ValueError(f"--days {written} is no number of days above 0 and up to {MOST_DAYS:g}")
    return days


def happening(written: str, dump: Dump) -> Happening:
    kind, what = _split(written)
    if kind == "az":
        zones = sorted({each.zone for each in dump.instances} | {z for group in dump.groups for z in group.zones})
        if what not in zones:
            raise ValueError(
                f"{dump.cluster.name} has no zone {what}{_nearest(what, zones)}; it has {', '.join(zones) or 'none'}"
            )
        return Happening(kind, what)
    known = {each.id: each for each in dump.instances}
    instance = known.get(what)
    if instance is None:
        raise ValueError(f"{what} is not in the dump of {dump.cluster.name}{_nearest(what, list(known))}")
    if instance.state != "running":
        raise ValueError(f"{what} is {instance.state}, so nothing more happens to it")
    if kind in ("spot", "rebalance") and not instance.spot:
        raise ValueError(
            f"{what} is no Spot instance, and EC2 sends such an event to no other; terminate and retire are for any"
        )
    if kind == "agent" and what not in {host.instance for host in dump.hosts}:
        raise ValueError(f"{what} is not registered in {dump.cluster.name}, so it has no agent to lose")
    return Happening(kind, what)


def _split(written: str) -> tuple[str, str]:
    kind, colon, what = written.partition(":")
    if kind not in EVENTS or not colon or not what:
        known = f"{', '.join(each + ':i-…' for each in EVENTS[:-1])} and az:ZONE"
        raise ValueError(f"--event {written} is none that can be played{_nearest(kind, EVENTS)}; there are {known}")
    return kind, what


def new_release(written: str, dump: Dump) -> str:
    running = {i.bottlerocket.version for i in dump.instances if i.bottlerocket and i.bottlerocket.version}
    if not running:
        raise ValueError(
            f"--release {written} is for Bottlerocket, and no host of {dump.cluster.name} is known to run it"
        )
    newest = max(running, key=_number)
    if _number(written) <= _number(newest):
        raise ValueError(f"--release {written} is not newer than {newest}, which runs in {dump.cluster.name} already")
    return written


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _nearest(written: str, known: list[str] | tuple[str, ...]) -> str:
    found = get_close_matches(written, known, n=1, cutoff=0.8)
    return f" (did you mean {found[0]}?)" if found else ""
