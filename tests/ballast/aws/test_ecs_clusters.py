"""Which clusters are managed, and what belongs to each, as ECS says."""

from __future__ import annotations

from typing import Any

from ballast.aws import ecs_clusters
from ballast.facts.view import Provider
from tests.aws_stubs import Stubs

PROD = {"cluster": "prod"}


def a_raw_cluster(name: str, status: str = "ACTIVE", **tags: str) -> dict[str, Any]:
    return {
        "clusterName": name,
        "status": status,
        "tags": [{"key": f"ballast:{k}", "value": v} for k, v in tags.items()],
    }


def describes_clusters(aws: Stubs, asked: list[str], *clusters: dict[str, Any]) -> None:
    aws.answers("ecs", "describe_clusters", {"clusters": asked, "include": ["TAGS"]}, {"clusters": list(clusters)})


def test_without_names_every_cluster_with_the_tag_is_managed_whatever_its_status(aws: Stubs) -> None:
    aws.answers("ecs", "list_clusters", {}, {"clusterArns": ["a", "b"], "nextToken": "more"})
    aws.answers("ecs", "list_clusters", {"nextToken": "more"}, {"clusterArns": ["c", "d"]})
    describes_clusters(
        aws,
        ["a", "b", "c", "d"],
        a_raw_cluster("a", managed="true"),
        a_raw_cluster("b"),
        a_raw_cluster("c", managed="yes"),
        a_raw_cluster("d", "INACTIVE", managed="true"),
    )

    assert [raw["clusterName"] for raw in ecs_clusters.managed_clusters(())] == ["a", "d"]


def test_named_clusters_are_managed_without_a_tag(aws: Stubs) -> None:
    describes_clusters(aws, ["a", "b"], a_raw_cluster("a"), a_raw_cluster("b", "INACTIVE"))

    assert [raw["clusterName"] for raw in ecs_clusters.managed_clusters(("a", "b"))] == ["a", "b"]


def test_providers_are_read_ten_at_a_time_and_those_of_fargate_left_out(aws: Stubs) -> None:
    names = [f"p{number}" for number in range(11)]
    group = "arn:aws:autoscaling:eu-central-1:1:autoScalingGroup:x:autoScalingGroupName/web"
    ours = {"autoScalingGroupArn": group, "managedDraining": "ENABLED"}
    bare = {"autoScalingGroupArn": group.replace("/web", "/batch")}
    first = [
        {"name": "p0", "autoScalingGroupProvider": ours},
        {"name": "p1", "autoScalingGroupProvider": bare},
        {"name": "FARGATE_SPOT"},
    ]
    for some, found in ((names[:10], first), (names[10:], [{"name": "p10"}])):
        asked = {**PROD, "capacityProviders": some}
        aws.answers("ecs", "describe_capacity_providers", asked, {"capacityProviders": found})

    assert ecs_clusters.providers("prod", names) == (
        Provider("p0", "web", managed_draining=True),
        Provider("p1", "batch", managed_draining=False),
        Provider("p10", None, managed_draining=True),  # ECS Managed Instances
    )


def test_daemon_services_are_listed_by_name(aws: Stubs) -> None:
    asked = {**PROD, "schedulingStrategy": "DAEMON"}
    arns = ["arn:aws:ecs:eu-central-1:1:service/prod/logs", "arn:aws:ecs:eu-central-1:1:service/metrics"]
    aws.answers("ecs", "list_services", asked, {"serviceArns": arns})

    assert ecs_clusters.daemon_services("prod") == ("logs", "metrics")
