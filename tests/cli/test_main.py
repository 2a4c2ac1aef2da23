"""`ballast`: what it puts on the bus, what it shows of the ledger, and how it says no."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from ballast import __version__, clock
from ballast.aws import session
from ballast.aws.ledger import Ledger
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage, Standstill
from ballast_cli import say
from ballast_cli.main import main
from tests.aws_stubs import REGION, Stubs, a_table, stubbed
from tests.builders import CLUSTER, NOW, a_cluster, a_waiting, after
from tests.cli.failing import fails

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
    monkeypatch.setattr(say, "uuid4", lambda: ID)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with stubbed(monkeypatch) as stubs:
        yield stubs


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    for name, value in {"AWS_DEFAULT_REGION": REGION, "LEDGER_TABLE": "ledger"}.items():
        monkeypatch.setenv(name, value)
    session.client.cache_clear()
    with mock_aws():
        a_table("ledger", "cluster", "item")
        yield Ledger("ledger")
    session.client.cache_clear()


LEDGER_OF_STACK = {"OutputKey": "LedgerTable", "OutputValue": "ballast-Ledger"}
ID = "0f0e0d0c-0b0a-4900-8807-060504030201"


def is_put(aws: Stubs, failed: int = 0, /, **detail: Any) -> None:
    """The stack is found, and the event put."""
    is_deployed(aws)
    aws.answers("sts", "get_caller_identity", {}, {"Arn": ADMIN})
    whole = {
        "command": "",
        "cluster": CLUSTER,
        "variant": None,
        "arch": None,
        "version": None,
        "by": ADMIN,
        "reason": None,
        "for": None,
        "id": ID,
    }
    entry = {"Source": "ballast", "DetailType": "Ballast Update Command", "Detail": json.dumps(whole | detail)}
    aws.answers("events", "put_events", {"Entries": [entry]}, {"FailedEntryCount": failed})


def is_deployed(aws: Stubs, outputs: tuple[dict[str, str], ...] = (LEDGER_OF_STACK,)) -> None:
    stack = {"StackName": "ballast", "CreationTime": NOW, "StackStatus": "UPDATE_COMPLETE", "Outputs": list(outputs)}
    aws.answers("cloudformation", "describe_stacks", {"StackName": "ballast"}, {"Stacks": [stack]})


def is_answered(aws: Stubs, *, ok: bool, line: str) -> None:
    """At the second look."""
    item = {
        "command": {"S": ID}, "ok": {"BOOL": ok}, "lines": {"L": [{"S": line}]}, "at": {"S": NOW.isoformat()},
        "expires_at": {"N": "1"},
    }  # fmt: skip
    asked = {
        "TableName": "ballast-Ledger",
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": {"#key": "cluster"},
        "ExpressionAttributeValues": {":key": {"S": f"#answer/{ID}"}},
        "ConsistentRead": True,
    }
    for items in ([], [item]):
        aws.answers("dynamodb", "query", asked, {"Items": items})


@pytest.mark.parametrize("kind", ["approve", "halt", "pause", "resume", "rollback"])
def test_a_word_about_a_cluster_is_one_event_and_its_answer_is_told(
    aws: Stubs, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    is_put(aws, command=kind)
    is_answered(aws, ok=True, line="It is done.")

    assert main([kind, "--cluster", CLUSTER, *(["--yes"] if kind == "rollback" else [])]) == 0
    assert capsys.readouterr().out == "It is done.\n"


def test_a_refusal_of_ballast_is_an_error(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_put(aws, command="halt")
    is_answered(aws, ok=False, line="Nothing was changed.")

    assert fails(capsys, "halt", "--cluster", CLUSTER) == (1, "Nothing was changed.\n")


def test_a_word_about_one_rollout_says_which_version_and_why(aws: Stubs) -> None:
    only: dict[str, Any] = {"variant": "aws-ecs-2", "arch": "arm64", "version": "1.62.1", "reason": "it leaks"}
    is_put(aws, command="rollback", **only)
    is_answered(aws, ok=True, line="It is done.")

    arguments = [text for name, value in only.items() for text in (f"--{name}", value)]
    assert main(["rollback", "--yes", "--cluster", CLUSTER, *arguments]) == 0


def test_a_pause_may_be_of_all_clusters_and_for_a_time(aws: Stubs) -> None:
    is_put(aws, 0, command="pause", cluster=None, **{"for": "90m"})
    is_answered(aws, ok=True, line="It is done.")

    assert main(["pause", "--for", "1h30m"]) == 0


def test_a_stack_that_is_none_of_ours_is_one_sentence(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_deployed(aws, ())

    assert fails(capsys, "halt", "--cluster", CLUSTER) == (
        1,
        "The stack ballast in eu-central-1 is none of Ballast's, or not complete: it has no output LedgerTable.\n",
    )


def test_a_stack_that_may_not_be_looked_up_is_a_refusal_and_no_missing_stack(
    aws: Stubs, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.refuses("cloudformation", "describe_stacks", "AccessDenied")

    assert fails(capsys, "halt", "--cluster", CLUSTER) == (1, "AWS refused DescribeStacks (AccessDenied): no.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "the following arguments are required: COMMAND"),
        (
            "update --cluster prod",
            "invalid choice: 'update' (choose from 'approve', 'halt', 'pause', 'resume', 'rollback', 'test', 'status',",
        ),
        ("pause --for soon", "'soon' is not a time such as 4h, 90m or 2d, of at most 7 days."),
        ("pause --for 8d", "'8d' is not a time such as 4h, 90m or 2d, of at most 7 days."),
        ("pause --variant aws-ecs-2", "unrecognized arguments: --variant aws-ecs-2"),
        ("resume --variant aws-ecs-2", "a rollout is named by its cluster too, so variant and arch need one."),
        ("halt", "the following arguments are required: --cluster"),
        ("halt --cluster", "argument --cluster: expected one argument"),
        ("halt --clus prod", "the following arguments are required: --cluster"),  # no guessing
        ("halt --cluster a/b", "cluster is 'a/b' but must be the name of an ECS cluster."),
        ("halt --cluster prod --variant AWS", "variant is 'AWS' but must look like aws-ecs-2."),
        ("halt --cluster prod --arch aarch64", "arch is 'aarch64' but must be x86_64 or arm64."),
        ("halt --cluster prod --version 1.64.0", "unrecognized arguments: --version 1.64.0"),
        ("approve --cluster prod --version latest", "'latest' is not a Bottlerocket version such as 1.64.0."),
        (f"approve --cluster prod --reason {'x' * 301}", "reason has 301 characters but must have at most 300."),
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
    is_deployed(aws)
    aws.answers("sts", "get_caller_identity", {}, {"Arn": ADMIN})
    aws.refuses("events", "put_events", "AccessDeniedException")

    code, said = fails(capsys, "halt", "--cluster", CLUSTER)

    assert (code, said) == (1, "AWS refused PutEvents (AccessDeniedException): no.\n")


def test_a_bus_that_did_not_take_the_word_is_an_error(aws: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    is_put(aws, 1, command="halt")

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


def test_who_halted_and_who_rolled_back_are_both_shown(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    back = replace(ROLLOUT, state=RolloutState.ROLLING_BACK, target="1.62.1", bad_version="1.64.0")
    ledger.write(
        None, replace(back, halted_reason="ann halted it: errors", rolled_back_by="bob rolled it back: it leaks")
    )

    assert main(["status", "--cluster", CLUSTER]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "aws-ecs-2 x86_64 goes back from 1.64.0 to 1.62.1: bob rolled it back: it leaks; before that ann halted it: errors"
    )


def test_each_instance_that_waits_is_shown_with_its_reason(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.put_cluster(a_cluster(tags={"ballast:update-wave-bake-minutes": "30"}))
    ledger.write(None, replace(ROLLOUT, wave_done_at=NOW))
    ledger.write(None, replace(UPDATE, stage=Stage.STAGED))
    ledger.write(None, replace(UPDATE, instance_id="i-2", stage=Stage.FAILED, why="it is busy", retry_at=after(8)))
    ledger.write(None, a_waiting())

    assert main(["status", "--cluster", CLUSTER]) == 0
    shown = capsys.readouterr().out
    assert "staged  1.64.0  2026-11-23 09:00 UTC  the wave bakes until 2026-11-23 09:30 UTC" in shown
    assert "it is busy; tried again at 2026-11-23 09:08 UTC" in shown
    assert "waiting  scheduled change  2026-11-23 09:00 UTC  none      tried again at 2026-11-23 09:10 UTC" in shown


@pytest.mark.parametrize(
    ("tags", "changes", "why"),
    [
        ({"ballast:paused": "true"}, {}, "Ballast is paused until 2026-11-23 13:00 UTC by the cluster's tag"),
        ({"ballast:update-freeze": "true"}, {}, "updates are frozen (true)"),
        ({"ballast:budget": "half"}, {}, "the cluster's tag ballast:budget=half cannot be read"),
        ({"ballast:update-windows": "0 2 any any any for 1h in UTC"}, {}, "the next maintenance window opens at 2026-11-24"),
        ({}, {"state": RolloutState.HALTED, "halted_reason": "x"}, "its rollout is halted"),
        ({}, {"held": "drain_instance has not run"}, "drain_instance has not run"),
        ({}, {"standstill": Standstill(NOW, "i-1 waits: it is in us-east-1a", NOW)}, "i-1 waits: it is in us-east-1a"),
        ({}, {}, "for its turn, the disruption budget or room for its tasks"),
    ],
)  # fmt: skip
def test_why_a_staged_instance_waits(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], tags: dict[str, str], changes: dict[str, Any], why: str
) -> None:
    ledger.put_cluster(a_cluster(tags=tags, pause_tag_since=NOW))
    ledger.write(None, replace(ROLLOUT, **changes))
    ledger.write(None, replace(UPDATE, stage=Stage.STAGED))

    assert main(["status", "--cluster", CLUSTER]) == 0
    assert f"staged  1.64.0  2026-11-23 09:00 UTC  {why}" in capsys.readouterr().out


def test_a_profile_that_does_not_exist_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    assert fails(capsys, "status", "--profile", "nobody") == (
        1,
        "AWS could not be asked: The config profile (nobody) could not be found.\n",
    )
