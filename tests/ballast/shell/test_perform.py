"""Who carries out what, in which order, and what a function does not load for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from ballast.aws.codec import to_item
from ballast.aws.ledger import Ledger
from ballast.plans.actions import Claim, PutHook, Reactivate, RecordWatch, StartDraining
from ballast.plans.plan import Plan
from ballast.shell.execute import Executor, Result
from ballast.shell.perform import performers
from ballast.shell.perform_rebalance import rebalance_performers
from ballast.shell.perform_updates import update_performers
from tests.aws_stubs import Stubs, stubbed
from tests.builders import CLUSTER, GROUP, a_disruption, a_watch
from tests.kinds_of_action import every_kind

LEDGER = Ledger("ledger")
ORDER = [
    "Claim",
    "ClaimMove",
    "StartDraining",
    "Reactivate",
    "SetScaleInProtection",
    "StopTask",
    "SendHeartbeat",
    "ContinueTermination",
    "TerminateInstance",
    "DeregisterContainerInstance",
    "PutHook",
    "RaiseDesired",
    "LaunchInstances",
    "LowerDesired",
    "TerminateAndLower",
    "SuppressChecks",
    "RunCommand",
    "FollowImage",
    "StartRefresh",
    "CancelRefresh",
    "Announce",
    "Tell",
    "Record",
    "RecordWatch",
    "Remember",
]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs


def execute(*plans: Plan) -> Result:
    return Executor(performers(LEDGER), dry_run=False).execute(plans)


def set_status(aws: Stubs, arns: list[str], status: str, *refused: str) -> None:
    asked = {"cluster": CLUSTER, "containerInstances": arns, "status": status}
    failures = [{"arn": arn, "reason": "INTERNAL"} for arn in refused]
    aws.answers("ecs", "update_container_instances_state", asked, {"failures": failures})


def test_every_kind_of_action_has_one_performer() -> None:
    everybody = (*performers(LEDGER), *rebalance_performers(LEDGER, []), *update_performers(LEDGER, {}))

    assert Counter(performer.kind for performer in everybody) == Counter(every_kind())


def test_actions_are_carried_out_in_this_order() -> None:
    everybody = (*performers(LEDGER), *rebalance_performers(LEDGER, []), *update_performers(LEDGER, {}))

    assert [p.kind.__name__ for p in sorted(everybody, key=lambda performer: performer.kind.place)] == ORDER


def test_instances_are_set_draining_ten_a_call_and_a_refused_one_fails_its_own_plan(aws: Stubs) -> None:
    arns = [f"ci/{number}" for number in range(11)]
    set_status(aws, arns[:10], "DRAINING", "ci/3")
    set_status(aws, arns[10:], "DRAINING")

    assert execute(*(Plan("a", (StartDraining(CLUSTER, arn),)) for arn in arns)) == Result(failed=frozenset({3}))


def test_one_plan_drains_while_another_reactivates(aws: Stubs) -> None:
    set_status(aws, ["ci/1"], "DRAINING")
    set_status(aws, ["ci/0"], "ACTIVE")

    assert execute(Plan("a", (Reactivate(CLUSTER, "ci/0"),)), Plan("b", (StartDraining(CLUSTER, "ci/1"),))) == Result()


def test_a_plan_that_claims_what_somebody_else_has_does_not_act(aws: Stubs) -> None:
    aws.refuses("dynamodb", "put_item", "ConditionalCheckFailedException")
    theirs = a_disruption()
    standing = to_item(theirs, cluster=theirs.cluster, item=theirs.item)
    aws.stub("dynamodb").add_response("query", {"Items": [standing]})

    plan = Plan("a", (Claim(a_disruption()), StartDraining(CLUSTER, "ci/0")))
    assert execute(plan) == Result(given_up=frozenset({0}))


def test_a_group_that_refuses_a_hook_fails_its_own_plan(aws: Stubs) -> None:
    aws.refuses("autoscaling", "put_lifecycle_hook", "AccessDenied")
    aws.stub("dynamodb").add_response("put_item", {})

    result = execute(Plan("a", (PutHook(GROUP, "h", CLUSTER),)), Plan("b", (RecordWatch(None, a_watch()),)))
    assert result == Result(failed=frozenset({0}))


def test_draining_loads_nothing_of_how_updates_act() -> None:
    """In a process of its own: a module that this one has loaded says nothing about a cold start."""
    loads = "import sys, ballast.shell.drain; print(*(name for name in sys.modules if name.startswith('ballast.')))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", loads], check=True, capture_output=True, text=True, env=env)  # noqa: S603 - our own line

    loaded = set(found.stdout.split())
    assert "ballast.shell.perform" in loaded
    assert not loaded & {
        "ballast.aws.instance_refresh",
        "ballast.aws.launch_templates",
        "ballast.aws.ssm",
        "ballast.plans.update_actions",
        "ballast.shell.perform_updates",
    }
