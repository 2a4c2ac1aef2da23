"""Where in the AWS console does a human look?"""

from __future__ import annotations

from urllib.parse import quote

from ballast.model import Cluster, ContainerInstance
from ballast.notice import Link

HOSTS = {
    "aws": "https://{region}.console.aws.amazon.com",
    "aws-cn": "https://{region}.console.amazonaws.cn",
    "aws-us-gov": "https://console.amazonaws-us-gov.com",
}


def cluster_link(cluster: Cluster) -> Link:
    return Link(f"Cluster {cluster.name}", f"{_ecs(cluster)}/infrastructure?region={_region(cluster)}")


def instance_links(cluster: Cluster, instance_id: str, instance: ContainerInstance | None) -> tuple[Link, ...]:
    region = _region(cluster)
    ec2 = Link(
        f"Instance {instance_id}",
        f"{_host(cluster)}/ec2/home?region={region}#InstanceDetails:instanceId={instance_id}",
    )
    if instance is None:
        return ec2, cluster_link(cluster)
    name = quote(instance.arn.rpartition("/")[2], safe="")
    ecs = f"{_ecs(cluster)}/infrastructure/container-instances/{name}?region={region}"
    return Link("Container instance", ecs), ec2, cluster_link(cluster)


def group_link(cluster: Cluster, group: str) -> Link:
    fragment = f"#AutoScalingGroupDetails:id={quote(group, safe='')};view=instanceManagement"
    return Link(
        f"Auto Scaling group {group}",
        f"{_host(cluster)}/ec2/home?region={_region(cluster)}{fragment}",
    )


def _ecs(cluster: Cluster) -> str:
    return f"{_host(cluster)}/ecs/v2/clusters/{quote(cluster.name, safe='')}"


def _host(cluster: Cluster) -> str:
    partition = cluster.arn.split(":")[1]
    return HOSTS.get(partition, HOSTS["aws"]).format(region=_region(cluster))


def _region(cluster: Cluster) -> str:
    return cluster.arn.split(":")[3]
