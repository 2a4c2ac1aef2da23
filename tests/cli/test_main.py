"""`ballast`: what it puts on the bus, what it shows of the ledger, and how it says no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ballast import __version__, clock
from ballast.aws import session
from ballast.aws.ledger import Ledger
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast_cli.main import main
from tests.aws_stubs import REGION, Stubs, stubbed
from tests.builders import CLUSTER, NOW

ADMIN = "arn:aws:sts::123456789012:assumed-role/admin/jo"
ROLLOUT = Rollout(
    CLUSTER, "aws-ecs-2", "x86_64", "1.64.0", None, RolloutState.RUNNING, "in-place",
    created_at=NOW, total=30, on_target=12, failed=1, excluded=2, wave=1,
)  # fmt: skip
UPDATE = InstanceUpdate(CLUSTER, "i-0123456789abcdef0", ROLLOUT.id, "1.64.0", Stage.DRAINING, NOW)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    monkeypatch.delenv("LEDGER_TABLE", raising=False)
    with stubbed(monkeypatch) as stubs:
        yield stubs


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    for name, value in {"AWS_DEFAULT_REGION": REGION, "LEDGER_TABLE": "ledger"}.items():
        monkeypatch.setenv(name, value)
    session.client.cache_clear()
    with mock_aws():
        keys = [("cluster", "HASH"), ("item", "RANGE")]
        boto3.client("dynamodb").create_table(
            TableName="ledger",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],  # type: ignore[typeddict-item]
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Ledger("ledger")
    session.client.cache_clear()


def is_put(aws: Stubs, failed: int = 0, **detail: Any) -> None:
    aws.answers("sts", "get_caller_identity", {}, {"Arn": ADMIN})
    whole = {
        "command": "",
        "cluster": CLUSTER,
        "variant": None,
        "arch": None,
        "version": None,
        "by": ADMIN,
        "reason": None,
    }
    entry = {"Source": "ballast", "DetailType": "Ballast Update Command", "Detail": json.dumps(whole | detail)}
    aws.answers("events", "put_events", {"Entries": [entry]}, {"FailedEntryCount": failed})


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code, and the one line on standard error that is all there is to read."""
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return code, said.err


@pytest.mark.parametrize("kind", ["approve", "halt", "resume", "rollback"])
def test_a_word_about_all_rollouts_of_a_cluster_is_one_event(
    aws: Stubs, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    is_put(aws, command=kind)

    assert main([kind, "--cluster", CLUSTER]) == 0
    assert capsys.readouterr().out == f"Told Ballast to {kind} {CLUSTER}; a notice says what it did.\n"


def test_a_word_about_one_rollout_says_which_version_and_why(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    only: dict[str, Any] = {"variant": "aws-ecs-2", "arch": "arm64", "version": "1.62.1", "reason": "it leaks"}
    is_put(aws, command="rollback", **only)

    arguments = [text for name, value in only.items() for text in (f"--{name}", value)]
    assert main(["rollback", "--cluster", CLUSTER, *arguments]) == 0
    assert "rollback aws-ecs-2 arm64 in prod;" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("update --cluster prod", "invalid choice: 'update'"),
        ("halt", "the following arguments are required: --cluster"),
        ("halt --cluster", "argument --cluster: expected one argument"),
        ("halt --clus prod", "the following arguments are required: --cluster"),  # no guessing
        ("halt --cluster a/b", "cluster is 'a/b' but must be the name of an ECS cluster."),
        ("halt --cluster prod --variant AWS", "variant is 'AWS' but must look like aws-ecs-2."),
        ("halt --cluster prod --arch aarch64", "arch is 'aarch64' but must be x86_64 or arm64."),
        ("halt --cluster prod --version 1.64.0", "unrecognized arguments: --version 1.64.0"),
        ("approve --cluster prod --version latest", "'latest' is not a Bottlerocket version such as 1.64.0."),
        (f"approve --cluster prod --reason {'x' * 301}", "reason has 301 characters but must have at most 300."),
        ("status --cluster prod", "the following arguments are required: --table"),
        ("status --cluster a/b --table ledger", "cluster is 'a/b' but must be the name of an ECS cluster."),
        ("status --cluster prod --table ledger --arch i386", "arch is 'i386' but must be x86_64 or arm64."),
    ],
)
def test_wrong_usage_is_one_sentence_and_asks_nothing_of_aws(
    aws: Stubs, capsys: pytest.CaptureFixture[str], arguments: str, sentence: str
) -> None:
    code, said = fails(capsys, *arguments.split())

    assert code == 2
    assert sentence in said
    aws.all_called()


def test_a_refusal_of_aws_is_one_sentence(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    aws.answers("sts", "get_caller_identity", {}, {"Arn": ADMIN})
    aws.refuses("events", "put_events", "AccessDeniedException")

    code, said = fails(capsys, "halt", "--cluster", CLUSTER)

    assert (code, said) == (1, "AWS refused PutEvents (AccessDeniedException): no.\n")


def test_a_bus_that_did_not_take_the_word_is_an_error(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_put(aws, command="halt", failed=1)

    code, said = fails(capsys, "halt", "--cluster", CLUSTER)

    assert (code, said) == (1, "EventBridge did not take 1 of 1 events.\n")


def test_without_a_region_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    session.client.cache_clear()

    code, said = fails(capsys, "status", "--cluster", CLUSTER, "--table", "ledger")

    assert (code, said) == (1, "AWS could not be asked: You must specify a region.\n")


def test_a_ledger_that_does_not_exist_is_one_sentence(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, "status", "--cluster", CLUSTER, "--table", f"{ledger.table}s")

    assert code == 1
    assert said.startswith("AWS refused Query (ResourceNotFoundException): ")


def test_status_lines_up_the_rollouts_of_a_cluster(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = replace(
        ROLLOUT, variant="aws-ecs-2-nvidia", arch="arm64", state=RolloutState.WAITING, total=4, on_target=0
    )
    ledger.write(None, ROLLOUT)
    ledger.write(None, replace(waiting, failed=0, excluded=0, wave=0))
    ledger.write(None, replace(ROLLOUT, cluster="stage"))

    assert main(["status", "--cluster", CLUSTER]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "VARIANT           ARCH    STATE    TARGET  ON TARGET  FAILED  EXCLUDED  WAVE",
        "aws-ecs-2         x86_64  running  1.64.0  12 of 30   1       2         1",
        "aws-ecs-2-nvidia  arm64   waiting  1.64.0  0 of 4     0       0         canary",
    ]


def test_status_says_why_a_rollout_is_halted_and_which_instances_are_not_done(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.write(None, replace(ROLLOUT, state=RolloutState.HALTED, halted_reason="the canary failed"))
    ledger.write(None, UPDATE)
    ledger.write(None, replace(UPDATE, instance_id="i-1", stage=Stage.DONE))
    ledger.write(None, replace(UPDATE, instance_id="i-2", stage=Stage.FAILED, why="it booted into 1.62.1 again"))
    ledger.write(None, replace(UPDATE, instance_id="i-3", rollout="1.62.1/20260901T000000Z"))

    assert main(["status", "--cluster", CLUSTER]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "",
        "aws-ecs-2 x86_64 is halted: the canary failed",
        "",
        "INSTANCE             STAGE     TARGET  SINCE                 WHY",
        "i-0123456789abcdef0  draining  1.64.0  2026-11-23 09:00 UTC",
        "i-2                  failed    1.64.0  2026-11-23 09:00 UTC  it booted into 1.62.1 again",
    ]


def test_status_can_be_narrowed_down_to_a_variant_and_an_architecture(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = NOW - timedelta(days=30)
    ledger.write(None, ROLLOUT)
    ledger.write(None, replace(ROLLOUT, arch="arm64", created_at=earlier))
    ledger.write(None, replace(ROLLOUT, variant="aws-ecs-1", created_at=earlier))
    ledger.write(None, UPDATE)

    assert main(["status", "--cluster", CLUSTER, "--variant", "aws-ecs-2", "--arch", "arm64"]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[:2] for line in shown.splitlines()[1:]] == [["aws-ecs-2", "arm64"]]


def test_a_cluster_without_a_rollout_is_no_error(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--cluster", CLUSTER, "--table", ledger.table, "--arch", "arm64"]) == 0
    assert capsys.readouterr().out == "Nothing is known of a rollout of arm64 in prod.\n"


def test_it_says_which_version_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"ballast {__version__}\n"
