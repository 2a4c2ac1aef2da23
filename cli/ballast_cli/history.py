"""What did Ballast do, and why? Every notice that it told, as a table, as JSON, or as Markdown for a post-mortem."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ballast import clock
from ballast.aws import operator_calls
from ballast.errors import BallastError, UnexpectedEventError
from ballast.records.command import check_scope
from ballast.words.incident import count
from ballast.words.notice import Notice, Severity
from ballast_cli.going_on import aligned
from ballast_cli.say import STACK
from ballast_cli.status import Shown

INSTANCE = re.compile(r"m?i-[0-9a-f]{8,17}")
SPAN = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,7})m)?")
HEADINGS = ("AT (UTC)", "SEVERITY", "CLUSTER", "INSTANCE", "WHAT")
DAY = timedelta(days=1)


class NoHistoryError(BallastError):
    """The stack is of a version that keeps none."""


def history(options: argparse.Namespace) -> Shown:
    """Raises ValueError in a sentence for what cannot be meant, before AWS is asked anything."""
    now = clock.utc_now()
    since, until = read_moment(options.since, now), read_moment(options.until, now) if options.until else now
    _check(options, since, until, now)
    stack = operator_calls.find_stack(options.stack or STACK)
    if not stack.history:
        raise NoHistoryError(f"The stack {stack.name} keeps no history: it is of an older version, so deploy it anew")
    found = operator_calls.told(stack.history, since, until, cluster=options.cluster, instance=options.instance)
    notices, unread = _read(found)
    days = stack.parameters.get("LogRetentionDays", "")
    lines = list(_markdown(notices) if options.markdown else _table(notices))
    lines += ["", *_summary(notices, unread, (since, until), int(days) if days.isdecimal() else None, now)]
    whole = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "notices": [notice.to_detail() for notice in notices],
        "unread": unread,
    }
    return True, lines, whole


def read_moment(text: str, now: datetime) -> datetime:
    """`today`, `yesterday`, a time ago such as 90m, 4h or 2d, or a date with or without a time, in UTC unless it says else."""
    word = text.strip().lower()
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if word in ("today", "yesterday"):
        return midnight - (DAY if word == "yesterday" else timedelta())
    if word and (ago := SPAN.fullmatch(word)):
        days, hours, minutes = (int(part or 0) for part in ago.groups())
        return now - timedelta(days=days, hours=hours, minutes=minutes)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"{text!r} is no time: say today, yesterday, a time ago such as 90m, 4h or 2d, or a date such as 2026-11-28T03:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check(options: argparse.Namespace, since: datetime, until: datetime, now: datetime) -> None:
    if since >= until:
        raise ValueError(
            f"--since {options.since} is not before {f'--until {options.until}' if options.until else 'now'}"
        )
    if since > now:
        raise ValueError(f"--since {options.since} is yet to come")
    if options.instance and not INSTANCE.fullmatch(options.instance):
        raise ValueError(f"{options.instance!r} is no id of an EC2 instance, such as i-0123456789abcdef0")
    if options.cluster:
        check_scope(options.cluster, None, None)
    if options.markdown and options.json:
        raise ValueError("--markdown and --json are two forms of the same: say one of them")


def _read(found: Iterable[Mapping[str, Any]]) -> tuple[list[Notice], int]:
    """By time, each once; and how many could not be read."""
    notices: dict[str, Notice] = {}
    unread = 0
    for detail in found:
        try:
            notice = Notice.parse({"detail": detail})
        except UnexpectedEventError:
            unread += 1
        else:
            notices.setdefault(notice.id, notice)
    return sorted(notices.values(), key=lambda notice: (notice.at, notice.id)), unread


def _table(notices: Sequence[Notice]) -> Iterable[str]:
    if not notices:
        return
    rows = ((_time(n.at), n.severity.value, n.cluster, n.instance or "-", _said(n)) for n in notices)
    yield aligned([HEADINGS, *rows])


def _markdown(notices: Sequence[Notice]) -> Iterable[str]:
    """One section for each incident, in the order of their first news."""
    incidents: dict[str, list[Notice]] = {}
    for notice in notices:
        incidents.setdefault(notice.incident, []).append(notice)
    for number, told in enumerate(incidents.values()):
        first = told[0]
        where = f"{first.instance} in {first.cluster}" if first.instance else first.cluster
        yield from [""] * bool(number)
        yield f"## {_escaped(where)}: {_escaped(first.reason.replace('_', ' '))}"
        yield ""
        yield f"Began {_time(first.incident_started_at)} UTC."
        for notice in told:
            yield ""
            yield f"- **{_time(notice.at)} {notice.severity.value}** {_escaped(notice.what)}"
            yield f"  Why: {_escaped(notice.why)}"
            yield f"  Impact: {_escaped(notice.impact)}"
            yield from (f"  - {_escaped(step)}" for step in notice.plan)


def _summary(
    notices: Sequence[Notice], unread: int, span: tuple[datetime, datetime], days: int | None, now: datetime
) -> Iterable[str]:
    between = f"between {_time(span[0])} and {_time(span[1])} UTC"
    if notices:
        pages = sum(notice.severity is Severity.PAGE for notice in notices)
        incidents = len({notice.incident for notice in notices})
        yield f"{count(len(notices), 'notice')} of {count(incidents, 'incident')} {between}, {count(pages, 'page')}."
    else:
        yield f"Ballast told nothing {between}."
    if days is not None and now - span[0] > timedelta(days=days):
        yield f"What is older than {days} days is gone: the stack's parameter LogRetentionDays says how long it is kept."
    if unread:
        yield f"{count(unread, 'line')} of the log could not be read; a newer version of Ballast may have written them."


def _said(notice: Notice) -> str:
    would = "(dry run) " if notice.dry_run else ""
    return would + (notice.title or notice.what)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _escaped(text: str) -> str:
    """A star or an underline in a name is no emphasis: https://spec.commonmark.org/0.31.2/#backslash-escapes."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))
