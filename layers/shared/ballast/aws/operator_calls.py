"""What the command line asks of AWS with the operator's own credentials; a CallFailedError says in one sentence what failed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, ClassVar

import boto3

from ballast.aws import eventbus
from ballast.aws.command_items import answer_to
from ballast.aws.session import MAKING, client, translated
from ballast.errors import BallastError, CallFailedError, UnavailableError
from ballast.records.answer import Answer
from ballast.records.command import DETAIL_TYPE, Command
from ballast.value import dataclass

LEDGER = "LedgerTable"
HISTORY = "HistoryLogGroup"
WAITS_S = (2.0, 4.0, 8.0, 15.0, 30.0)  # ECS's bucket of reads gains 20 a second, and other programs drink from it too


@dataclass(frozen=True, slots=True)
class Stack:
    """`parameters` are those that it was deployed with, by name; `history` is a log group, if it has told any."""

    name: str
    ledger: str
    parameters: Mapping[str, str]
    history: str | None = None


class NoStackError(BallastError):
    """Names the stack and the Region in which it is not."""


def use(profile: str | None, region: str | None) -> None:
    """From here on, instead of what the environment says."""
    with translated():
        boto3.setup_default_session(profile_name=profile, region_name=region)
    client.cache_clear()


class _Patient:
    """Tries again what AWS is too busy for, beyond the retries of a function: nobody waits for the command but a person."""

    asked: ClassVar[Counter[str]] = Counter()  # by operation, each try

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        for wait_s in WAITS_S:
            self.asked[operation_name] += 1
            try:
                return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]  # of the client
            except UnavailableError:
                time.sleep(wait_s)
        self.asked[operation_name] += 1
        return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]  # of the client


def _patient(base_classes: list[type], **_: object) -> None:
    base_classes.insert(0, _Patient)


@contextmanager
def patience() -> Iterator[Counter[str]]:
    """Meanwhile a refusal for being asked too often is waited for. What is asked is counted by operation.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html
    """
    with translated():
        boto3.DEFAULT_SESSION = session = boto3.DEFAULT_SESSION or boto3.Session()
    session.events.register_last(MAKING, _patient)
    client.cache_clear()
    _Patient.asked.clear()
    try:
        yield _Patient.asked
    finally:
        session.events.unregister(MAKING, _patient)
        client.cache_clear()


def find_stack(name: str) -> Stack:
    """Its ledger and parameters; needs cloudformation:DescribeStacks.

    A stack that does not exist is a ValidationError:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    """
    cloudformation: Any = client("cloudformation")  # type: ignore[call-overload]  # no stubs of it are installed
    region = cloudformation.meta.region_name
    try:
        [found] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except CallFailedError as error:
        if error.code != "ValidationError":
            raise
        raise NoStackError(f"There is no stack {name} in {region}; --stack and --region name another") from error
    outputs = {o.get("OutputKey"): o.get("OutputValue") for o in found.get("Outputs", ())}
    ledger = outputs.get(LEDGER)
    if not ledger:
        raise NoStackError(
            f"The stack {name} in {region} is none of Ballast's, or not complete: it has no output {LEDGER}"
        )
    parameters = {p["ParameterKey"]: p.get("ParameterValue", "") for p in found.get("Parameters", ())}
    return Stack(name, ledger, parameters, outputs.get(HISTORY))


def caller() -> str:
    """The ARN of whoever runs this.

    It needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return str(client("sts").get_caller_identity()["Arn"])


def send(command: Command) -> None:
    """Put it on the default bus; needs events:PutEvents. Raises TransientError when the bus did not take it."""
    detail: Mapping[str, Any] = command.to_detail()
    eventbus.announce([(DETAIL_TYPE, detail)])


def told(log_group: str, since: datetime, until: datetime, **only: str | None) -> Iterator[Mapping[str, Any]]:
    """The `detail` of each notice that was told in that time, in the order of the log; `only` those with these fields.

    Needs logs:FilterLogEvents on the group. The pattern: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    wanted = [f'($.notice.{name} = "{value}")' for name, value in only.items() if value]
    logs: Any = client("logs")  # type: ignore[call-overload]  # no stubs of it are installed
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=log_group,
        startTime=_milliseconds(since),
        endTime=_milliseconds(until),
        filterPattern=f"{{ {' && '.join(['($.notice.id = *)', *wanted])} }}",
    )
    for page in pages:
        for event in page["events"]:
            with suppress(ValueError, TypeError, KeyError):  # no line of ours, or one that was cut
                yield json.loads(event["message"])["notice"]


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def answered(ledger: str, command: str) -> Answer | None:
    """What came of the command of this id, once somebody has said; needs dynamodb:Query on the table."""
    return answer_to(ledger, command)
