"""Which console pages belong to a notice about a cluster, an instance or a group?"""

from __future__ import annotations

from ballast.facts.cluster import Cluster
from ballast.facts.instance import ContainerInstance
from ballast.words.console import cluster_page, container_instance_page, group_page, instance_page
from ballast.words.notice import Link


def cluster_link(cluster: Cluster) -> Link:
    return cluster_page(_region(cluster), cluster.name)


def instance_links(cluster: Cluster, instance_id: str, instance: ContainerInstance | None) -> tuple[Link, ...]:
    """The page of the container instance is left out once the instance is not registered in the cluster."""
    region = _region(cluster)
    always = (instance_page(region, instance_id), cluster_link(cluster))
    return (container_instance_page(region, cluster.name, instance.arn), *always) if instance else always


def group_link(cluster: Cluster, group: str) -> Link:
    return group_page(_region(cluster), group)


def _region(cluster: Cluster) -> str:
    return cluster.arn.split(":")[3]
