"""`ballast history`: what it asks of the log, how it shows the answer, and how it says no."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast import clock
from ballast.telemetry import logger
from ballast.words.notice import Notice, Severity
from ballast_cli.history import read_moment
from ballast_cli.main import main
from tests.aws_stubs import Stubs, stubbed
from tests.ballast.shell.test_publish import World, world  # noqa: F401 - a fixture
from tests.builders import NOW
from tests.notification_builders import NOW as TOLD_AT
from tests.notification_builders import a_notice, instance

OUTPUTS = [
    {"OutputKey": "LedgerTable", "OutputValue": "ledger"},
    {"OutputKey": "HistoryLogGroup", "OutputValue": "notices"},
]
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
YESTERDAY = MIDNIGHT - timedelta(days=1)
STUCK = a_notice(
    "DrainStuck", Severity.PAGE, instance=instance(1), at=NOW - timedelta(hours=1), started_at=NOW - timedelta(hours=2),
    what=f"{instance(1)} cannot drain: *2* tasks are left.", title=f"{instance(1)} stuck: a standalone task runs",
    plan=("stop nothing",),
)  # fmt: skip
BEGUN = a_notice(instance=instance(1), at=NOW - timedelta(hours=2), started_at=NOW - timedelta(hours=2))
OTHER = a_notice(
    instance=None, cluster="edge", reason="rollout", incident="edge/x", at=NOW, dry_run=True, title="1.64.0 is out"
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    with stubbed(monkeypatch) as stubs:
        yield stubs


def is_deployed(aws: Stubs, outputs: list[dict[str, str]] = OUTPUTS, *, days: str = "30") -> None:
    stack: dict[str, Any] = {
        "StackName": "ballast", "CreationTime": NOW, "StackStatus": "UPDATE_COMPLETE", "Outputs": outputs,
        "Parameters": [{"ParameterKey": "LogRetentionDays", "ParameterValue": days}],
    }  # fmt: skip
    aws.answers("cloudformation", "describe_stacks", {"StackName": "ballast"}, {"Stacks": [stack]})


def line(notice: Notice, **changes: Any) -> str:
    return json.dumps({"level": "INFO", "message": "told", "notice": notice.to_detail() | changes})


def logs(
    aws: Stubs,
    *lines: str,
    since: datetime = YESTERDAY,
    until: datetime = NOW,
    pattern: str = "{ ($.notice.id = *) }",
) -> None:
    asked = {
        "logGroupName": "notices", "startTime": round(since.timestamp() * 1000), "endTime": round(until.timestamp() * 1000),
        "filterPattern": pattern,
    }  # fmt: skip
    half = len(lines) // 2
    aws.answers(
        "logs", "filter_log_events", asked, {"events": [{"message": m} for m in lines[:half]], "nextToken": "n"}
    )
    rest = {"events": [{"message": m} for m in lines[half:]]}
    aws.answers("logs", "filter_log_events", asked | {"nextToken": "n"}, rest)


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["history", *arguments]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_all_that_was_told_since_yesterday_is_one_line_each_by_time(
    aws: Stubs, capsys: pytest.CaptureFixture[str]
) -> None:
    is_deployed(aws)
    logs(aws, line(STUCK), line(OTHER), line(BEGUN), line(STUCK))

    heading, *rows, empty, last = said(capsys).splitlines()
    assert heading.split() == ["AT", "(UTC)", "SEVERITY", "CLUSTER", "INSTANCE", "WHAT"]
    assert [row.split("  ")[0] for row in rows] == sorted(f"{n.at:%Y-%m-%d %H:%M}" for n in (BEGUN, STUCK, OTHER))
    assert rows[0].endswith(f"prod     {instance(1)}  {BEGUN.what}")
    assert rows[1].endswith("stuck: a standalone task runs")
    assert rows[2].endswith("(dry run) 1.64.0 is out")
    assert empty == ""
    assert last == f"3 notices of 2 incidents between {YESTERDAY:%Y-%m-%d} 00:00 and {NOW:%Y-%m-%d %H:%M} UTC, 1 page."


def test_one_instance_of_one_cluster_is_asked_of_the_log_itself(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_deployed(aws)
    pattern = f'{{ ($.notice.id = *) && ($.notice.cluster = "prod") && ($.notice.instance = "{instance(1)}") }}'
    logs(aws, since=NOW - timedelta(hours=4), until=NOW - timedelta(hours=1), pattern=pattern)

    told = said(capsys, "--cluster", "prod", "--instance", instance(1), "--since", "4h", "--until", "1h")
    assert told.startswith("\nBallast told nothing between ")


def test_a_post_mortem_has_a_section_for_each_incident_and_no_name_is_taken_for_markup(
    aws: Stubs, capsys: pytest.CaptureFixture[str]
) -> None:
    is_deployed(aws)
    logs(aws, line(STUCK), line(BEGUN), line(OTHER))

    told = said(capsys, "--markdown").splitlines()
    assert [row for row in told if row.startswith("## ")] == [
        f"## {instance(1)} in prod: spot interruption",
        "## edge: rollout",
    ]
    assert f"- **{STUCK.at:%Y-%m-%d %H:%M} page** {instance(1)} cannot drain: \\*2\\* tasks are left." in told
    assert "  - stop nothing" in told


def test_as_json_it_is_what_the_events_said(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_deployed(aws)
    logs(aws, line(STUCK), "END RequestId", line(BEGUN, severity="loud"), "{")

    whole = json.loads(said(capsys, "--json"))
    assert whole["notices"] == [STUCK.to_detail()]
    assert (whole["since"], whole["unread"]) == (YESTERDAY.isoformat(), 1)


def test_what_is_no_more_kept_and_what_cannot_be_read_is_said(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_deployed(aws, days="7")
    logs(aws, line(STUCK), line(BEGUN, severity="loud"), since=NOW - timedelta(days=8))

    *_, kept, unread = said(capsys, "--since", "8d").splitlines()
    assert kept.startswith("What is older than 7 days is gone")
    assert unread.startswith("1 line of the log could not be read")


def test_a_stack_of_an_older_version_keeps_none(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_deployed(aws, OUTPUTS[:1])

    assert said(capsys, code=1) == "The stack ballast keeps no history: it is of an older version, so deploy it anew.\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--since", "last week"], "'last week' is no time: say today, yesterday,"),
        (["--since", ""], "'' is no time"),
        (["--since", "99999999999999d"], "is no time"),
        (["--since", "1h", "--until", "2h"], "--since 1h is not before --until 2h"),
        (["--since", "2999-01-01"], "--since 2999-01-01 is not before now"),
        (["--since", "2999-01-01", "--until", "2999-01-02"], "is yet to come"),
        (["--instance", "web-1"], "'web-1' is no id of an EC2 instance"),
        (["--cluster", 'prod" || true'], "must be the name of an ECS cluster"),
        (["--json", "--markdown"], "two forms of the same"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence_before_aws_is_asked(
    arguments: list[str], why: str, aws: Stubs, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.stub("cloudformation")

    assert main(["history", *arguments]) == 2
    told = capsys.readouterr()
    assert why in told.err + told.out
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("today", MIDNIGHT),
        ("Yesterday", YESTERDAY),
        ("1d2h30m", NOW - timedelta(days=1, hours=2, minutes=30)),
        ("90d", NOW - timedelta(days=90)),
        ("2026-11-20", datetime.fromisoformat("2026-11-20T00:00+00:00")),
        ("2026-11-20T03:00+01:00", datetime.fromisoformat("2026-11-20T02:00+00:00")),
    ],
)
def test_a_moment_is_read_as_people_say_it(text: str, moment: datetime) -> None:
    assert read_moment(text, NOW) == moment


def test_what_publish_notification_tells_once_is_what_is_read(
    world: World,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logger.registered_formatter.format(record))

    keeps = Keeps()
    monkeypatch.setattr(logging.root.manager, "disable", 0)
    logger._logger.addHandler(keeps)
    notice = a_notice(started_at=TOLD_AT)
    try:
        world.tell(notice)
        world.tell(notice)
    finally:
        logger._logger.removeHandler(keeps)

    assert [json.loads(each)["notice"] for each in lines if '"notice"' in each] == [notice.to_detail()]
