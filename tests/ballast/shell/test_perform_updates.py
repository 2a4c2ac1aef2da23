"""Commands on hosts, for many plans at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ballast.aws import ssm
from ballast.aws.ledger import Ledger
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh, RunCommand
from ballast.records.document import Document
from ballast.shell.execute import Executor, Result
from ballast.shell.perform_updates import update_performers
from tests.aws_stubs import Stubs, stubbed
from tests.ballast.update.rollouts import an_update
from tests.builders import NOW

DOCUMENTS = {Document.CHECK: "ballast-check", Document.STAGE: "ballast-stage"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs


def execute(*plans: Plan) -> Result:
    return Executor(update_performers(Ledger("ledger"), DOCUMENTS), dry_run=False).execute(plans)


def sends(aws: Stubs, document: Document, instances: list[int], parameters: dict[str, list[str]]) -> None:
    ids = [an_update(number).instance_id for number in instances]
    asked = {
        "DocumentName": DOCUMENTS[document],
        "InstanceIds": ids,
        "Parameters": parameters,
        "Comment": f"Ballast {document}",
        "TimeoutSeconds": ssm.DELIVERED_WITHIN_S,
    }
    answer = {"Command": {"CommandId": "8865c81a-83ae-4c2e-958d-05dc107ef47e", "InstanceIds": ids}}
    aws.answers("ssm", "send_command", asked, answer)


def run(number: int, document: Document = Document.CHECK, **parameters: str) -> Plan:
    return Plan("a", (RunCommand(document, parameters, an_update(number), NOW),))


def test_hosts_that_get_the_same_command_get_it_in_one_call(aws: Stubs) -> None:
    sends(aws, Document.CHECK, [1, 3], {})
    sends(aws, Document.STAGE, [2], {"Version": ["1.64.0"]})
    for _ in range(3):
        aws.stub("dynamodb").add_response("put_item", {})

    assert execute(run(1), run(2, Document.STAGE, Version="1.64.0"), run(3)) == Result()


def test_that_another_function_has_noted_the_same_command_is_no_failure(aws: Stubs) -> None:
    sends(aws, Document.CHECK, [1], {})
    aws.refuses("dynamodb", "put_item", "ConditionalCheckFailedException")

    assert execute(run(1)) == Result()


def test_a_group_that_refuses_fails_its_own_plan(aws: Stubs) -> None:
    aws.refuses("autoscaling", "cancel_instance_refresh", "AccessDenied")
    aws.answers("autoscaling", "cancel_instance_refresh", {"AutoScalingGroupName": "web"}, {})

    assert execute(Plan("a", (CancelRefresh("api"),)), Plan("b", (CancelRefresh("web"),))) == Result(
        failed=frozenset({0})
    )
