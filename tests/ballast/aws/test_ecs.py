"""Amazon ECS: pages, batches, refusals, and what its answers mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.aws import ecs, ecs_tasks
from ballast.errors import CallFailedError, DeniedError, UnavailableError
from ballast.facts.sightings import Listed
from ballast.facts.task import TaskKind
from ballast.facts.view import InstanceStatus
from tests.aws_stubs import Stubs
from tests.builders import a_daemon, a_standalone_task, a_task

PROD = {"cluster": "prod"}
TASKS_OF = {"cluster": "prod", "containerInstance": "ci"}


def an_instance(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "containerInstanceArn": f"arn:aws:ecs:eu-central-1:1:ci/{number}",
        "ec2InstanceId": f"i-{number:017x}",
        "status": "ACTIVE",
        "agentConnected": True,
        **changes,
    }


def without_id(instance: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in instance.items() if key != "ec2InstanceId"}


def describes(aws: Stubs, arns: list[str], *instances: dict[str, Any]) -> None:
    asked = {**PROD, "containerInstances": arns, "include": ["TAGS", "CONTAINER_INSTANCE_HEALTH"]}
    aws.answers("ecs", "describe_container_instances", asked, {"containerInstances": list(instances)})


@pytest.mark.parametrize(
    "name", ["mi-0123456789abcdef0", "", None, "i-1", "i-0123456789ABCDEF0", "i-0123456789abcdef01"]
)
def test_a_host_that_is_no_ec2_instance_is_not_listed(aws: Stubs, name: str | None) -> None:
    aws.answers("ecs", "list_container_instances", PROD, {"containerInstanceArns": ["a", "b"]})
    other = without_id(an_instance(2)) if name is None else an_instance(2, ec2InstanceId=name)
    describes(aws, ["a", "b"], an_instance(1), other)

    assert [i.instance_id for i in ecs.list_instances("prod")] == [f"i-{1:017x}"]


def test_instances_are_found_by_a_hundred_ids_at_a_time(aws: Stubs) -> None:
    ids = [f"i-{number:03}" for number in range(101)]
    for some in (ids[:100], ids[100:]):
        asked = {**PROD, "filter": f"ec2InstanceId in [{', '.join(some)}]"}
        aws.answers("ecs", "list_container_instances", asked, {"containerInstanceArns": []})

    assert ecs.find_instances("prod", [*ids, "i-000"]) == Listed()


def test_an_instance_that_is_listed_and_not_described_leaves_the_answer_incomplete(aws: Stubs) -> None:
    asked = {**PROD, "filter": f"ec2InstanceId in [i-{1:017x}]"}
    aws.answers("ecs", "list_container_instances", asked, {"containerInstanceArns": ["a", "b"]})
    describes(aws, ["a", "b"], an_instance(1))

    found = ecs.find_instances("prod", [f"i-{1:017x}"])

    assert [i.instance_id for i in found.instances] == [f"i-{1:017x}"]
    assert not found.complete


def test_every_page_is_read_and_described_a_hundred_at_a_time(aws: Stubs) -> None:
    arns = [f"arn-{number}" for number in range(150)]
    aws.answers(
        "ecs", "list_container_instances", PROD | {"status": "DRAINING"},
        {"containerInstanceArns": arns[:100], "nextToken": "more"},
    )  # fmt: skip
    aws.answers(
        "ecs", "list_container_instances", PROD | {"status": "DRAINING", "nextToken": "more"},
        {"containerInstanceArns": arns[100:]},
    )  # fmt: skip
    describes(aws, arns[:100], an_instance(1))
    describes(aws, arns[100:], an_instance(2))

    assert [i.instance_id for i in ecs.list_instances("prod", status="DRAINING")] == [
        f"i-{number:017x}" for number in (1, 2)
    ]


def test_an_instance_is_read_with_its_counts_free_room_ports_in_use_and_tags(aws: Stubs) -> None:
    aws.answers("ecs", "list_container_instances", PROD, {"containerInstanceArns": ["arn"]})
    described = an_instance(
        1,
        status="DRAINING",
        agentConnected=False,
        runningTasksCount=2,
        pendingTasksCount=1,
        capacityProviderName="web",
        remainingResources=[
            {"name": "CPU", "type": "INTEGER", "integerValue": 512},
            {"name": "MEMORY", "type": "INTEGER", "integerValue": 1024},
            {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22", "2376"]},
        ],
        tags=[{"key": "ballast:do-not-disrupt", "value": "true"}, {"key": "empty"}],
    )
    external = an_instance(2)
    del external["ec2InstanceId"]
    describes(aws, ["arn"], described, external)

    [instance] = ecs.list_instances("prod")

    assert (instance.status, instance.agent_connected) == (InstanceStatus.DRAINING, False)
    assert (instance.running_tasks, instance.pending_tasks, instance.capacity_provider) == (2, 1, "web")
    assert (instance.free_cpu_units, instance.free_memory_mib) == (512, 1024)
    assert instance.ports_in_use == {22, 2376}
    assert instance.tags == {"ballast:do-not-disrupt": "true", "empty": ""}


def sets(aws: Stubs, arns: list[str], failures: list[dict[str, str]] | None = None) -> None:
    asked = {**PROD, "containerInstances": arns, "status": "DRAINING"}
    answer = {"containerInstances": [], "failures": failures or []}
    aws.answers("ecs", "update_container_instances_state", asked, answer)


def refuses(aws: Stubs, arns: list[str], code: str = "InvalidParameterException") -> None:
    asked = {**PROD, "containerInstances": arns, "status": "DRAINING"}
    aws.refuses("ecs", "update_container_instances_state", code, asked)


def test_instances_are_set_draining_ten_at_a_time(aws: Stubs) -> None:
    arns = [f"arn-{number:02}" for number in range(23)]
    sets(aws, arns[:10])
    sets(aws, arns[10:20])
    sets(aws, arns[20:])

    assert ecs.set_status("prod", arns, InstanceStatus.DRAINING) == {}


def test_failures_are_answered_with_their_reasons(aws: Stubs) -> None:
    sets(aws, ["a", "b"], [{"arn": "b", "reason": "INACTIVE"}])

    assert ecs.set_status("prod", ["a", "b"], InstanceStatus.DRAINING) == {"b": "INACTIVE"}


@pytest.mark.parametrize("code", ["InvalidParameterException", "ClientException", "ServerException"])
def test_a_refused_batch_is_tried_one_by_one(aws: Stubs, code: str) -> None:
    refuses(aws, ["a", "b", "c"], code)
    sets(aws, ["a"])
    refuses(aws, ["b"], code)
    sets(aws, ["c"])

    refused = ecs.set_status("prod", ["a", "b", "c"], InstanceStatus.DRAINING)

    assert list(refused) == ["b"]
    assert code in refused["b"]


def test_throttling_is_no_refusal(aws: Stubs) -> None:
    refuses(aws, ["a", "b"], "ThrottlingException")

    with pytest.raises(UnavailableError, match="ThrottlingException"):
        ecs.set_status("prod", ["a", "b"], InstanceStatus.DRAINING)


def lists(aws: Stubs, desired: str, arns: list[str], token: str | None = None, more: str | None = None) -> None:
    asked = TASKS_OF | {"desiredStatus": desired} | ({"nextToken": token} if token else {})
    aws.answers("ecs", "list_tasks", asked, {"taskArns": arns} | ({"nextToken": more} if more else {}))


def a_raw_task(arn: str, **changes: Any) -> dict[str, Any]:
    own = {"taskArn": arn, "group": "service:api", "startedBy": "ecs-svc/1", "lastStatus": "RUNNING"}
    return own | changes


def describes_tasks(aws: Stubs, arns: list[str], *tasks: dict[str, Any]) -> None:
    asked = {**PROD, "tasks": arns, "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": list(tasks)})


def test_tasks_of_both_desired_statuses_and_all_pages_are_listed(aws: Stubs) -> None:
    arns = [f"t{number}" for number in range(120)]
    lists(aws, "RUNNING", arns[:100], more="more")
    lists(aws, "RUNNING", arns[100:110], token="more")  # noqa: S106 - of a page
    lists(aws, "STOPPED", arns[110:])
    describes_tasks(aws, arns[:100], *(a_raw_task(arn) for arn in arns[:100]))
    describes_tasks(aws, arns[100:], *(a_raw_task(arn, lastStatus="STOPPING") for arn in arns[100:]))

    found = ecs_tasks.tasks_by_instance("prod", ["ci"], ())["ci"]

    assert [task.arn for task in found] == arns
    assert found[-1].last_status == "STOPPING"


def test_a_task_that_is_listed_and_not_described_still_holds_the_instance(aws: Stubs) -> None:
    lists(aws, "RUNNING", ["t1", "t2"])
    lists(aws, "STOPPED", [])
    describes_tasks(aws, ["t1", "t2"], a_raw_task("t2"))

    unread, read = ecs_tasks.tasks_by_instance("prod", ["ci"], ())["ci"]
    assert (unread.arn, unread.kind, unread.stopped) == ("t1", TaskKind.UNREAD, False)
    assert read.arn == "t2"


def test_an_instance_without_tasks_needs_no_description(aws: Stubs) -> None:
    lists(aws, "RUNNING", [])
    lists(aws, "STOPPED", [])

    assert ecs_tasks.tasks_by_instance("prod", ["ci"], ()) == {"ci": ()}


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ({}, TaskKind.SERVICE),
        ({"group": "service:logs"}, TaskKind.DAEMON),
        ({"group": "family:export", "startedBy": "someone"}, TaskKind.STANDALONE),
        ({"group": "family:export", "startedBy": ""}, TaskKind.STANDALONE),
        ({"group": "mine"}, TaskKind.SERVICE),  # started by a service, whatever its group is called
    ],
)
def test_the_kind_of_a_task_is_read_from_its_group_and_who_started_it(
    aws: Stubs, raw: dict[str, Any], kind: TaskKind
) -> None:
    lists(aws, "RUNNING", ["t"])
    lists(aws, "STOPPED", [])
    describes_tasks(aws, ["t"], a_raw_task("t", **raw))

    [task] = ecs_tasks.tasks_by_instance("prod", ["ci"], ["logs"])["ci"]

    assert task.kind is kind


def test_a_task_is_read_with_its_size_and_host_ports(aws: Stubs) -> None:
    lists(aws, "RUNNING", ["t"])
    lists(aws, "STOPPED", [])
    bindings = [{"hostPort": 8080, "containerPort": 80}, {"containerPort": 81}]
    raw = a_raw_task("t", cpu="256", memory="512", containers=[{"networkBindings": bindings}, {}])
    describes_tasks(aws, ["t"], raw)

    [task] = ecs_tasks.tasks_by_instance("prod", ["ci"], ())["ci"]

    assert (task.cpu_units, task.memory_mib, task.host_ports) == (256, 512, frozenset({8080}))


def test_only_running_tasks_of_services_are_asked_for_their_protection(aws: Stubs) -> None:
    until = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    free, held = a_task("free"), a_task("held")
    asked = {**PROD, "tasks": [free.arn, held.arn]}
    answer = [
        {"taskArn": free.arn, "protectionEnabled": False},
        {"taskArn": held.arn, "protectionEnabled": True, "expirationDate": until},
    ]
    aws.answers("ecs", "get_task_protection", asked, {"protectedTasks": answer})

    others = [a_daemon(), a_standalone_task(), a_task("x", last_status="STOPPED")]

    found = ecs_tasks.with_protection("prod", [free, *others, held])

    assert found == (free, *others, replace(held, protected_until=until))


def test_a_task_of_which_ecs_does_not_say_whether_it_is_protected_is_unread(aws: Stubs) -> None:
    asked = {**PROD, "tasks": [a_task().arn]}
    aws.answers("ecs", "get_task_protection", asked, {"protectedTasks": []})

    assert ecs_tasks.with_protection("prod", [a_task()]) == (a_task(kind=TaskKind.UNREAD),)


STOPS = {**PROD, "task": "t", "reason": "why"}
REMOVES = {**PROD, "containerInstance": "ci", "force": True}


def test_a_task_is_stopped_with_a_reason_and_a_ghost_removed_by_force(aws: Stubs) -> None:
    aws.answers("ecs", "stop_task", STOPS, {})
    aws.answers("ecs", "deregister_container_instance", REMOVES, {})

    ecs_tasks.stop_task("prod", "t", "why")
    ecs.deregister("prod", "ci")


@pytest.mark.parametrize("code", ["InvalidParameterException", "ClientException"])
def test_what_is_not_there_any_more_needs_no_end(aws: Stubs, code: str) -> None:
    aws.refuses("ecs", "stop_task", code)
    aws.refuses("ecs", "deregister_container_instance", code)

    ecs_tasks.stop_task("prod", "t", "why")
    ecs.deregister("prod", "ci")


def test_other_errors_are_raised(aws: Stubs) -> None:
    aws.refuses("ecs", "stop_task", "ServerException")
    aws.refuses("ecs", "deregister_container_instance", "AccessDeniedException")

    with pytest.raises(CallFailedError, match="ServerException"):
        ecs_tasks.stop_task("prod", "t", "why")
    with pytest.raises(DeniedError, match="AccessDeniedException"):
        ecs.deregister("prod", "ci")
