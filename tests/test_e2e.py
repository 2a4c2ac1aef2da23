"""What of `make e2e` can be tried without a deployment: what it needs, its sabotages, and the words of a failure."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from simulator.delivery.cloudformation import load
from simulator.serve.gateway import Recorded
from tests.builders import ROOT
from tests.e2e import needs
from tests.e2e.failing import last_errors
from tests.e2e.looking import Account
from tests.e2e.playing import Stage
from tests.e2e.sabotages import SABOTAGES

SAID_BY_UV = "error: Failed to fetch: `https://pypi.org/simple/boto3/`\n  Caused by: error sending request for url"


def programs(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).touch(mode=0o755)
    return str(folder)


def test_nothing_is_missing_where_python_and_git_are(tmp_path: Path) -> None:
    needs.look(programs(tmp_path, "python3.13", "git"), "linux")


@pytest.mark.parametrize(
    ("there", "platform", "said"),
    [
        (["git"], "linux", "no python3.13 on the PATH"),
        (["python3.13"], "linux", "there is no git"),
        (["python3.13", "git"], "darwin", "it needs Linux"),
    ],
)
def test_what_is_missing_is_one_sentence(tmp_path: Path, there: list[str], platform: str, said: str) -> None:
    with pytest.raises(needs.MissingError, match=said) as found:
        needs.look(programs(tmp_path, *there), platform)

    assert "\n" not in str(found.value)


def test_a_registry_that_does_not_answer_is_missing_and_a_wrong_hash_is_a_fault() -> None:
    assert needs.unreachable(SAID_BY_UV) == "error sending request"
    assert needs.unreachable("error: Hash mismatch for `boto3==1.44.5`") is None


@pytest.mark.parametrize("name", SABOTAGES)
def test_each_sabotage_changes_the_template(name: str, tmp_path: Path) -> None:
    template = load(ROOT / "template.yaml")
    layer = tmp_path / "built" / "python" / "aws_lambda_powertools"
    layer.mkdir(parents=True)
    template["Resources"]["SharedLayer"]["Properties"]["ContentUri"] = str(tmp_path / "built")
    before = json.dumps(template, default=str)

    SABOTAGES[name](template, tmp_path)
    assert json.dumps(template, default=str) != before


def test_a_failure_names_each_function_with_its_last_error(tmp_path: Path) -> None:
    log = tmp_path / "emulator.log"
    failed = (
        "WARNING [lambda] ESM: Lambda ballast-DrainInstance-AE51 failed processing SQS batch from ballast-DrainEvents-9"
    )
    lines = [
        f"{failed} (errorType=KeyError errorMessage='LEDGER_TABLE')",
        f"{failed} (errorType=Runtime.HandlerNotFound errorMessage=handle is missing)",
        '{"level":"INFO","message":"plan","service":"update_bottlerocket"}',
        '{"level":"ERROR","message":"cannot look","service":"update_bottlerocket","exception":"Traceback\\nKeyError: 1"}',
        '{"level":"ERROR","message":"Unreadable event dead-lettered","service":"drain_instance"}',
    ]
    log.write_text(os.linesep.join(lines))
    refused = Recorded(0.0, "WatchBottlerocket", "ssm", "GetParameters", {}, "AccessDenied")

    assert last_errors(log, [refused]) == (
        "DrainInstance failed last with Runtime.HandlerNotFound: handle is missing. "
        "update_bottlerocket logged last as an error: cannot look (KeyError: 1). "
        "WatchBottlerocket got AccessDenied for ssm:GetParameters."
    )


def test_a_failure_without_any_error_says_so(tmp_path: Path) -> None:
    asked = Recorded(0.0, "DrainInstance", "ecs", "ListClusters", {}, "ok")

    assert last_errors(tmp_path / "none.log", [asked]).startswith("No function failed, and none was refused a call: ")


class Quiet:
    """An account that notes nothing."""

    removed = False

    def note(self, what: str, took_s: float) -> None: ...


@contextmanager
def an_account(found: Quiet) -> Iterator[Account]:
    yield cast(Account, found)
    found.removed = True


def fails(_: Any) -> None:
    raise AssertionError("as it should")


@pytest.mark.parametrize(("at_once", "after_it"), [(True, None), (False, pytest.skip.Exception)])
def test_only_where_stories_play_one_after_the_other_a_failure_stops_those_after_it(
    *, at_once: bool, after_it: type[BaseException] | None
) -> None:
    found = Quiet()
    stage = Stage(an_account(found), {"one": lambda _: None, "two": fails, "three": lambda _: None}, at_once=at_once)

    assert stage.told["one"].exception() is None
    assert str(stage.told["two"].exception()) == "as it should"
    third = stage.told["three"].exception()
    assert third is None if after_it is None else isinstance(third, after_it)

    stage.close()
    assert found.removed


def test_where_nothing_could_be_deployed_each_story_says_so() -> None:
    @contextmanager
    def nothing() -> Iterator[Account]:
        raise RuntimeError("sam deploy failed")
        yield

    stage = Stage(nothing(), {"one": lambda _: None}, at_once=True)
    assert str(stage.told["one"].exception()) == "sam deploy failed"
    assert str(stage.opened.exception()) == "sam deploy failed"
    stage.close()
