"""ECS answers about services."""

from __future__ import annotations

from simulator.world.core.core import Output, Params, arn
from simulator.world.core.paging import at_most, page, page_size
from simulator.world.core.records import Service
from simulator.world.ecs.container_instance_shapes import tag_list
from simulator.world.ecs.deployments import older_shown
from simulator.world.ecs.placement_strategies import strategies_shown
from simulator.world.ecs.service_events import shown
from simulator.world.parts import Parts


def list_services(world: Parts, params: Params, _actor: str) -> Output:
    """Pages of 10 unless up to 100 are asked for.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html
    """
    cluster = world.cluster(params.get("cluster"))
    strategy = params.get("schedulingStrategy")
    arns = [service.arn for service in cluster.services.values() if strategy in (None, _strategy(service))]
    size = page_size(params.get("maxResults"), 10, 100)
    listed, token = page(arns, params.get("nextToken"), size)
    return {"serviceArns": listed, **({"nextToken": token} if token else {})}


def describe_services(world: Parts, params: Params, _actor: str) -> Output:
    """At most 10 services a call.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
    """
    cluster = world.cluster(params.get("cluster"))
    wanted = params["services"]
    at_most(wanted, 10, "services")
    with_tags = "TAGS" in params.get("include", ())
    found, failures = [], []
    for name_or_arn in wanted:
        name = name_or_arn.rpartition("/")[2]
        service = cluster.services.get(name)
        if service is None:
            missing = arn("ecs", f"service/{cluster.name}/{name}")
            failures.append({"arn": missing, "reason": "MISSING"})
        else:
            found.append(_service(world, service, with_tags=with_tags))
    return {"services": found, "failures": failures}


def _strategy(service: Service) -> str:
    return "DAEMON" if service.daemon else "REPLICA"


def _placement(service: Service) -> list[Output]:
    if service.daemon:
        return []
    if service.placement is not None:
        return strategies_shown(service.placement)
    second = {"type": "binpack", "field": "memory"}
    if not service.binpack:
        second = {"type": "spread", "field": "instanceId"}
    return [{"type": "spread", "field": "attribute:ecs.availability-zone"}, second]


def _constraints(service: Service) -> list[Output]:
    """Those of the service; a task definition may have more, of type memberOf only.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementConstraint.html
    """
    spec = service.spec
    members = spec.member_of if spec.constrained_by_service else ()
    distinct = [{"type": "distinctInstance"}] if spec.distinct_instance else []
    return [*distinct, *({"type": "memberOf", "expression": expression} for expression in members)]


def _state(world: Parts, service: Service) -> str:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (rolloutState)."""
    if world.deployments.starts[service.arn].failed:
        return "FAILED"
    return "COMPLETED" if service.replaced is None else "IN_PROGRESS"


def _of_newest(service: Service) -> Output:
    """The present deployment counts its own tasks."""
    if service.replaced is None:
        return {}
    own = [task for task in service.tasks.values() if task.started_by == service.deployment_id]
    running = sum(task.counted == "running" for task in own)
    return {"runningCount": running, "pendingCount": sum(task.counted == "pending" for task in own)}


def _where(service: Service) -> Output:
    """A launch type or a strategy, never both: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html."""
    if not service.strategy:
        return {"launchType": service.spec.launch_type}
    strategy = [
        {"capacityProvider": item.provider, "weight": item.weight, "base": item.base} for item in service.strategy
    ]
    return {"capacityProviderStrategy": strategy}


def _service(world: Parts, service: Service, *, with_tags: bool) -> Output:
    created_at = world.moment(service.created_at_s)
    definition = arn("ecs", f"task-definition/{service.spec.definition}")
    waits = len(world.scheduler.waiting.of(service)) if world.readings.provisioning_is_pending else 0
    counts = {
        "desiredCount": service.desired,
        "runningCount": service.running,
        "pendingCount": service.pending + waits,
    }
    breaker = world.deployments.starts[service.arn].breaker
    group = f"targetgroup/{service.name}/{service.deployment_id[-16:]}"
    balancer = {
        "targetGroupArn": arn("elasticloadbalancing", group),
        "containerName": service.spec.family,
        "containerPort": service.spec.host_port or 8080,
    }
    return {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster.arn,
        "loadBalancers": [balancer] if service.spec.deregistration_delay_s > 0 else [],
        "serviceRegistries": [],
        "status": "ACTIVE",
        **counts,
        **_where(service),
        "taskDefinition": definition,
        "deploymentConfiguration": {
            "maximumPercent": service.maximum_percent,
            "minimumHealthyPercent": service.minimum_healthy_percent,
            "deploymentCircuitBreaker": {"enable": breaker != "off", "rollback": breaker == "rollback"},
        },
        "deployments": [
            {
                "id": service.deployment_id,
                "status": "PRIMARY",
                "taskDefinition": definition,
                **(counts | _of_newest(service)),
                "createdAt": created_at,
                "updatedAt": created_at,
                **_where(service),
                "failedTasks": world.deployments.starts[service.arn].failures,
                "rolloutState": _state(world, service),
            },
            *older_shown(service, created_at, _where(service)),
        ],
        "events": shown(world, service),
        "createdAt": created_at,
        "placementConstraints": _constraints(service),
        "placementStrategy": _placement(service),
        **({"availabilityZoneRebalancing": "ENABLED"} if service.zone_rebalancing else {}),
        "schedulingStrategy": _strategy(service),
        "deploymentController": {"type": "ECS"},
        "propagateTags": "NONE",
        "tags": tag_list(service.tags) if with_tags else [],
    }


OPERATIONS = {"ListServices": list_services, "DescribeServices": describe_services}
