"""Whatever goes wrong in a call to AWS arrives as one of our errors."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from ballast import clock
from ballast.aws import session
from ballast.aws import session as failures
from ballast.errors import (
    BallastError,
    CallFailedError,
    DeniedError,
    MalformedCallError,
    TransientError,
    UnavailableError,
)
from tests.aws_stubs import Stubs
from tests.builders import ROOT


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", UnavailableError),
        ("RequestLimitExceeded", UnavailableError),  # EC2
        ("ProvisionedThroughputExceededException", UnavailableError),
        ("AccessDeniedException", DeniedError),
        ("AccessDenied", DeniedError),  # Auto Scaling
        ("UnauthorizedOperation", DeniedError),  # EC2
        ("InvalidParameterException", CallFailedError),
        ("LimitExceededException", CallFailedError),
    ],
)
def test_what_aws_refuses_says_which_call_and_why(aws: Stubs, code: str, kind: type[BallastError]) -> None:
    aws.refuses("ecs", "stop_task", code)

    with pytest.raises(CallFailedError) as caught:
        session.client("ecs").stop_task(cluster="prod", task="t")

    assert type(caught.value) is kind
    assert str(caught.value) == f"AWS refused StopTask ({code}): no"
    assert (caught.value.operation, caught.value.code) == ("StopTask", code)


def test_a_run_that_is_about_to_be_stopped_asks_no_more(aws: Stubs) -> None:
    aws.stub("ecs").add_response("stop_task", {})

    with clock.ends_after(7_000), pytest.raises(TransientError, match="this run ends too soon for an answer"):
        session.client("ecs").stop_task(cluster="prod", task="t")

    session.client("ecs").stop_task(cluster="prod", task="t")  # the answer is still to be had


def test_what_is_broken_on_the_side_of_aws_is_worth_another_try(aws: Stubs) -> None:
    aws.stub("ecs").add_client_error("stop_task", "ServerException", "", http_status_code=500)

    with pytest.raises(TransientError, match=r"StopTask \(ServerException\): no reason given"):
        session.client("ecs").stop_task(cluster="prod", task="t")


def test_pages_fail_as_single_calls_do(aws: Stubs) -> None:
    aws.answers("ecs", "list_clusters", {}, {"clusterArns": ["a"], "nextToken": "more"})
    aws.refuses("ecs", "list_clusters", "ThrottlingException", {"nextToken": "more"})

    with pytest.raises(UnavailableError):
        list(session.client("ecs").get_paginator("list_clusters").paginate())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ReadTimeoutError(endpoint_url="https://ecs"), UnavailableError),
        (EndpointConnectionError(endpoint_url="https://ecs"), UnavailableError),
        (NoCredentialsError(), CallFailedError),
    ],
)
@pytest.mark.usefixtures("aws")
def test_a_call_that_does_not_get_through_is_told_apart_from_one_that_never_will(
    error: BotoCoreError, kind: type[BallastError]
) -> None:
    def no_way(**_: Any) -> None:
        raise error

    session.client("ecs").meta.events.register_first("before-call", no_way)

    with pytest.raises(CallFailedError) as caught:
        session.client("ecs").stop_task(cluster="prod", task="t")

    assert type(caught.value) is kind
    assert str(caught.value) == f"AWS could not be asked: {error}"


@pytest.mark.usefixtures("aws")
def test_a_mistake_of_ours_is_no_answer_of_aws() -> None:
    wrong: Any = {"taks": "t"}

    with pytest.raises(MalformedCallError, match="taks"):
        session.client("ecs").stop_task(**wrong)


@pytest.mark.usefixtures("aws")
def test_a_client_that_cannot_be_made_is_an_error_of_ours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")

    with pytest.raises(CallFailedError, match="AWS could not be asked: You must specify a region"):
        session.client("ecs")


def test_nobody_else_reads_the_errors_of_botocore() -> None:
    readers = {
        path.stem
        for path in (ROOT / "layers" / "shared" / "ballast").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "botocore.exceptions"
    }

    assert readers == {failures.__name__.rpartition(".")[2]}
