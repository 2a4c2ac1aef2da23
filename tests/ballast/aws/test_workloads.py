"""Services as rebalancing needs them: what they ask for, what they miss, and whether ECS is busy with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.workloads import workloads
from ballast.errors import CallFailedError
from ballast.rebalance.snapshot import Workload
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DEFINITION = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1"
SPREADS = "(service web) is not AZ balanced with 3 tasks in a, 1 in b. AZ Rebalancing in progress."
EVEN = "(service web) is AZ balanced with 2 tasks in a, 2 tasks in b."


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def a_service(**how: Any) -> dict[str, Any]:
    counts = {"desiredCount": 4, "runningCount": 4, "pendingCount": 0}
    return {
        "serviceName": "web",
        "status": "ACTIVE",
        "taskDefinition": DEFINITION,
        "launchType": "EC2",
        **counts,
        **how,
    }


def describes(aws: Stubs, *services: dict[str, Any]) -> None:
    asked = {"cluster": "prod", "services": ["web"], "include": ["TAGS"]}
    aws.answers("ecs", "describe_services", asked, {"services": list(services)})


def defines(aws: Stubs) -> None:
    definition = {"taskDefinitionArn": DEFINITION, "cpu": "512", "memory": "1024"}
    aws.answers("ecs", "describe_task_definition", {"taskDefinition": DEFINITION}, {"taskDefinition": definition})


def found(
    aws: Stubs, now: datetime = NOW, *, known: bool = False, then: Callable[[], None] | None = None, **how: Any
) -> Workload:
    """`known`: its definition was read before; `then`: what is asked last."""
    describes(aws, a_service(**how))
    if not known:
        defines(aws)
    if then:
        then()
    return workloads("prod", now, ["web"])["web"]


def event(message: str, minutes_ago: int = 1) -> dict[str, Any]:
    return {"createdAt": NOW - minutes(minutes_ago), "message": message}


def test_all_services_of_the_cluster_that_may_run_on_instances_are_described(aws: Stubs) -> None:
    arns = [f"arn:aws:ecs:eu-central-1:123456789012:service/prod/{name}" for name in ("web", "far", "old")]
    aws.answers("ecs", "list_services", {"cluster": "prod", "maxResults": 100}, {"serviceArns": arns})
    asked = {"cluster": "prod", "services": ["far", "old", "web"], "include": ["TAGS"]}
    others = a_service(serviceName="far", launchType="FARGATE"), a_service(serviceName="old", status="INACTIVE")
    aws.answers("ecs", "describe_services", asked, {"services": [a_service(), *others]})
    assert workloads("prod", NOW).keys() == {"web"}


def test_a_copy_a_strategy_the_way_it_packs_and_tags_are_told(aws: Stubs) -> None:
    strategy = [{"capacityProvider": "web", "weight": 3}, {"capacityProvider": "spot"}]
    packs = [{"type": "binpack", "field": "memory"}, {"type": "spread", "field": "instanceId"}]

    seen = found(
        aws,
        capacityProviderStrategy=strategy,
        placementStrategy=packs,
        schedulingStrategy="REPLICA",
        tags=[{"key": "team", "value": "shop"}],
    )

    assert (seen.providers, seen.packs, seen.daemon, seen.tags) == (
        {"web": 3, "spot": 0},
        True,
        False,
        {"team": "shop"},
    )
    assert seen.copy
    assert (seen.copy.group, seen.copy.cpu_units, seen.copy.memory_mib) == ("service:web", 512, 1024)
    assert (seen.busy, seen.short_since, seen.placed, seen.settled_at) == ("", None, None, None)


def test_a_definition_that_cannot_be_read_leaves_its_size_unknown(aws: Stubs) -> None:
    describes(aws, a_service(schedulingStrategy="DAEMON"))
    aws.refuses("ecs", "describe_task_definition", "AccessDeniedException")

    seen = workloads("prod", NOW, ["web"])["web"]

    assert (seen.copy, seen.daemon) == (None, True)


@pytest.mark.parametrize(
    ("how", "busy"),
    [
        ({"deployments": [{"status": "PRIMARY"}, {"status": "ACTIVE"}]}, "a deployment is in progress"),
        ({"deployments": [{"status": "PRIMARY", "rolloutState": "IN_PROGRESS"}]}, "a deployment is in progress"),
        (
            {"deployments": [{"status": "PRIMARY", "rolloutState": "FAILED"}]},
            "its deployment failed, and ECS starts no more",
        ),
        ({"deployments": [{"status": "PRIMARY", "rolloutState": "COMPLETED"}]}, ""),
        ({"taskSets": [{"id": "1"}]}, "it has task sets"),
        ({"events": [event(SPREADS), event(EVEN, 60)]}, "ECS spreads its tasks over the zones"),
        ({"events": [event("has started 1 tasks"), event(EVEN), event(SPREADS, 60)]}, ""),
    ],
)
def test_ecs_is_busy_with_a_service_while_it_is_deployed_moved_or_spread(
    aws: Stubs, how: dict[str, Any], busy: str
) -> None:
    said = found(aws, **how).busy

    assert (said[: len(busy)], bool(said)) == (busy, bool(busy))


def test_it_has_settled_when_its_zones_were_last_even(aws: Stubs) -> None:
    assert found(aws, events=[event("x"), event(EVEN, 7), event(EVEN, 60)]).settled_at == NOW - minutes(7)


def test_its_stop_takes_the_longest_container_and_the_deregistration_of_a_load_balancer(aws: Stubs) -> None:
    alone = found(aws)
    balanced = found(aws, known=True, loadBalancers=[{"targetGroupArn": "t"}])

    assert (alone.stops_in.seconds, balanced.stops_in.seconds) == (30, 330)


def test_of_a_service_that_is_short_the_tasks_that_have_an_instance_are_counted(aws: Stubs) -> None:
    tasks = [
        {"taskArn": "1", "containerInstanceArn": "c", "startedBy": "ecs-svc/2"},
        {"taskArn": "2", "containerInstanceArn": "c", "startedBy": "ecs-svc/1"},
        {"taskArn": "3", "startedBy": "ecs-svc/2"},
    ]

    def then() -> None:
        arns = {"taskArns": ["1", "2", "3"]}
        aws.answers("ecs", "list_tasks", {"cluster": "prod", "serviceName": "web"}, arns)
        aws.answers("ecs", "describe_tasks", {"cluster": "prod", "tasks": ["1", "2", "3"]}, {"tasks": tasks})

    seen = found(aws, then=then, runningCount=2, deployments=[{"status": "PRIMARY", "id": "ecs-svc/2"}])

    assert (seen.short_since, seen.placed, seen.primary_placed) == (NOW, 2, 1)


def test_tasks_that_cannot_be_listed_leave_its_counts(aws: Stubs) -> None:
    assert found(aws, then=lambda: aws.refuses("ecs", "list_tasks", "Denied"), runningCount=2).placed is None


def test_since_when_it_is_short_resized_its_peak_and_its_low_are_remembered_from_look_to_look(aws: Stubs) -> None:
    def then() -> None:
        aws.refuses("ecs", "list_tasks", "AccessDeniedException")

    found(aws, NOW, then=then, desiredCount=9, runningCount=8)
    later = found(aws, NOW + minutes(5), known=True, then=then, runningCount=3)
    last = found(aws, NOW + minutes(40), known=True)

    assert (later.short_since, later.resized_at, later.peak, later.low) == (NOW, NOW + minutes(5), 9, 4)
    assert (last.short_since, last.peak, last.low) == (None, 4, 4)


def test_where_services_cannot_be_described_nothing_is_known(aws: Stubs) -> None:
    aws.refuses("ecs", "describe_services", "AccessDeniedException")

    with pytest.raises(CallFailedError):
        workloads("prod", NOW, ["web"])


def test_of_a_deployment_in_progress_those_of_the_newest_are_counted(aws: Stubs) -> None:
    """While old tasks run, a service that has no room for new ones has as many as it wants."""
    newest = {"id": "ecs-svc/2", "status": "PRIMARY", "runningCount": 1, "pendingCount": 1}
    older = {"id": "ecs-svc/1", "status": "ACTIVE", "runningCount": 4, "pendingCount": 0}

    assert found(aws, deployments=[newest, older]).primary_placed == 2
    assert found(aws, deployments=[newest | {"runningCount": 4}], known=True).primary_placed is None


def test_a_service_whose_newest_deployment_has_failed_starts_no_tasks(aws: Stubs) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html."""
    failed = {"id": "ecs-svc/2", "status": "PRIMARY", "rolloutState": "FAILED"}

    assert found(aws, deployments=[failed]).starts_none
    assert not found(aws, deployments=[failed | {"rolloutState": "COMPLETED"}], known=True).starts_none
