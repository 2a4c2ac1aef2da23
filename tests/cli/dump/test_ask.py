"""What `ballast dump` asks of AWS, and what it keeps of the answers: reads only, and nothing private."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from ballast import clock
from ballast.aws import operator_calls
from ballast.errors import BallastError
from ballast_cli.dump.ask import NoClusterError, ask
from ballast_cli.dump.writing import text_of
from simulator.delivery.passive import PassiveServices
from simulator.stage import Stage
from tests.cli.what_if.fleets import ON, all_blocked, dump_of, dumped, small_mixed, staged

READS = ("Describe", "Get", "List")
SECRET = "hunter2"  # noqa: S105 - to be looked for


def test_a_dump_only_reads() -> None:
    with staged(small_mixed) as stage:
        dump_of(stage)

        calls = {(call.service, call.operation) for call in stage.deployment.calls}
    assert len(calls) > 15
    assert {each for each in calls if not each[1].startswith(READS)} == set()


def test_it_has_what_runs_and_what_may_run() -> None:
    dump = dumped(small_mixed, **ON)

    assert (dump.cluster.name, dump.missing) == ("shop", ())
    assert {g.name: (g.desired, len(g.members), g.launches.types) for g in dump.groups} == {
        "web": (6, 6, ("m7g.2xlarge",)),
        "batch": (4, 4, ("m7g.large", "m7i.xlarge")),
    }
    assert {s.name: (s.desired, s.daemon) for s in dump.services} == {
        "api": (6, False), "cart": (1, False), "checkout": (3, False), "log-agent": (10, True), "render": (4, False),
    }  # fmt: skip
    assert len(dump.hosts) == len(dump.instances) == 10
    assert sum(host.agent_connected for host in dump.hosts) == 9
    assert {i.bottlerocket.version for i in dump.instances if i.bottlerocket} == {"1.62.1"}
    assert dump.stack is not None
    assert dump.stack.parameters["RebalanceConsolidate"] == "on"
    assert dump.prices.on_demand.keys() == {"m7g.2xlarge", "m7g.large", "m7i.xlarge"}
    assert dump.prices.spot.keys() == {"m7g.large", "m7i.xlarge"}


def poisoned(answer: Mapping[str, Any], operation: str) -> dict[str, Any]:
    """The answer with secrets wherever AWS may have some."""
    whole = dict(answer)
    match operation:
        case "DescribeTaskDefinition":
            definition = dict(whole["taskDefinition"])
            definition |= {"executionRoleArn": f"arn:aws:iam::123456789012:role/{SECRET}"}
            [container] = definition["containerDefinitions"]
            container = container | {
                "image": f"registry.example/{SECRET}:1",
                "command": ["--password", SECRET],
                "environment": [{"name": "PASSWORD", "value": SECRET}],
                "secrets": [{"name": "TOKEN", "valueFrom": f"arn:aws:ssm:us-east-1:123456789012:parameter/{SECRET}"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": SECRET}},
            }
            whole["taskDefinition"] = definition | {"containerDefinitions": [container]}
        case "DescribeTasks":
            overrides = {"containerOverrides": [{"environment": [{"name": "KEY", "value": SECRET}]}]}
            whole["tasks"] = [
                task | {"overrides": overrides, "tags": [*task["tags"], {"key": "owner", "value": SECRET}]}
                for task in whole["tasks"]
            ]
        case "DescribeInstances":
            for reservation in whole["Reservations"]:
                for instance in reservation["Instances"]:
                    instance["KeyName"] = SECRET
                    instance["Tags"] = [*instance["Tags"], {"Key": "owner", "Value": SECRET}]
        case "DescribeClusters":
            whole["clusters"] = [
                c | {"tags": [*c["tags"], {"key": "owner", "value": SECRET}]} for c in whole["clusters"]
            ]
        case "DescribeScalingActivities":
            whole["Activities"] = [each | {"Cause": f"{each['Cause']} {SECRET}"} for each in whole["Activities"]]
        case "DescribeStacks":
            extra = [("SlackSecretArn", f"arn:aws:{SECRET}"), ("NotificationEmail", f"{SECRET}@example.com")]
            extra += [("InstanceRoleArns", f"arn:aws:iam::123456789012:role/{SECRET}")]
            for stack in whole["Stacks"]:
                stack["Parameters"] += [{"ParameterKey": key, "ParameterValue": value} for key, value in extra]
        case _:
            pass
    return whole


class Poisoned:
    """The services beside the world."""

    def __init__(self, others: PassiveServices) -> None:
        self._others = others

    def handle(self, service: str, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        return poisoned(self._others.handle(service, operation, given), operation)


def test_no_secret_image_command_account_or_tag_of_others_gets_into_the_file() -> None:
    with staged(small_mixed) as stage:
        stage.world.scale_in("web")
        door = stage.deployment.front_door
        world, passive = door.world, door.passive
        door.world = lambda service, operation, given: poisoned(world(service, operation, given), operation)
        door.passive = Poisoned(passive)  # type: ignore[assignment]  # it answers the same calls

        text = text_of(dump_of(stage))

    assert '"log-agent"' in text
    for private in (SECRET, "123456789012", "arn:", "registry.example", "environment", "awslogs", "10.0.0."):
        assert private not in text, private


def test_what_may_not_be_asked_is_named_and_the_rest_is_there() -> None:
    with staged(all_blocked) as stage:
        for service, operation in (
            ("pricing", "GetProducts"),
            ("ecs", "GetTaskProtection"),
            ("autoscaling", "DescribeScalingActivities"),
        ):
            stage.world.refuse_calls(service, operation)

        dump = dump_of(stage)

    said = " | ".join(dump.missing)
    assert "which tasks are protected, so those of services count as protected: may not be asked" in said
    assert "scaling activities: may not be asked by these credentials (DescribeScalingActivities)" in said
    assert "on-demand prices: AWS tells none of m7g.2xlarge" in said
    assert all(t.protection_unknown for t in dump.tasks if t.group.startswith("service:"))
    assert (len(dump.instances), dump.prices.on_demand) == (9, {})


def test_a_refusal_is_told_without_the_arn_of_whoever_asked() -> None:
    with staged(small_mixed) as stage:
        stage.world.enable_zonal_shift("web")
        stage.world.refuse_calls("arc-zonal-shift", "ListManagedResources")
        stage.world.refuse_calls("ssm", "DescribeInstanceInformation")

        dump = dump_of(stage)

    shift, version = dump.missing
    assert shift == "whether a zonal shift moves web away from a zone: it could not be asked"
    assert version.startswith("which version of Bottlerocket runs, so no update is foreseen: may not be asked by these")
    assert "arn:" not in text_of(dump)


def test_a_cluster_that_is_not_there_is_one_sentence_with_those_that_are() -> None:
    with staged(small_mixed), pytest.raises(NoClusterError, match="no cluster shopp in us-east-1, but shop; --region"):
        ask("shopp", "ballast", clock.utc_now())


def test_without_a_stack_the_dump_says_so() -> None:
    with staged(small_mixed):
        dump = ask("shop", "another", clock.utc_now())

    assert dump.stack is None
    assert dump.missing[0].startswith("the stack's parameters, so the defaults hold: could not be asked")


def test_tasks_of_instances_that_are_gone_are_left_out() -> None:
    with staged(small_mixed) as stage:
        [gone, *_] = stage.instances("batch")
        stage.world.terminate_instance(gone)
        stage.play(6)

        dump = dump_of(stage)

    assert gone not in {host.instance for host in dump.hosts}
    assert {task.host for task in dump.tasks if task.host} <= {host.id for host in dump.hosts}


def test_being_asked_too_often_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    with staged(small_mixed) as stage:
        stage.world.refuse_calls("ecs", "DescribeServices", "throttled", for_s=5)

        def wait(seconds: float) -> None:
            waited.append(seconds)
            stage.clock.run_until(stage.clock.now_s + seconds)

        monkeypatch.setattr(time, "sleep", wait)
        with operator_calls.patience():
            dump = dump_of(stage)

        assert len(dump.services) == 5
        assert waited == [2.0, 4.0]


def test_who_is_always_too_busy_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with staged(small_mixed) as stage:
        stage.world.refuse_calls("ecs", "DescribeServices", "throttled")
        monkeypatch.setattr(time, "sleep", lambda _: None)

        with operator_calls.patience(), pytest.raises(BallastError, match="Rate exceeded"):
            dump_of(stage)


def test_of_a_large_cluster_calls_are_paged_and_batched() -> None:
    def large(stage: Stage) -> None:
        stage.world.add_cluster("prod", {})
        stage.world.add_group("web", "prod", desired=250, capacity_provider="web")
        for number in range(12):
            stage.world.add_service("prod", f"service-{number}", desired=25)

    with staged(large) as stage:
        dump = dump_of(stage)
        asked = [call.operation for call in stage.deployment.calls]

    assert (len(dump.hosts), len(dump.tasks), len(dump.services)) == (250, 300, 12)
    assert asked.count("DescribeContainerInstances") == 3
    assert asked.count("DescribeTasks") == 3
    assert asked.count("DescribeServices") == 2
    assert asked.count("GetTaskProtection") == 3
