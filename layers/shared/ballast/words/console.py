"""Where does a reader click? Pages of the AWS console.

Its deep links are not documented; these are the forms that AWS's own messages and public tools use.
"""

from __future__ import annotations

from urllib.parse import quote

from ballast.words.notice import Link


def cluster_page(region: str, cluster: str) -> Link:
    return Link(f"Cluster {cluster}", f"{_cluster(region, cluster)}/infrastructure?region={region}")


def container_instance_page(region: str, cluster: str, arn: str) -> Link:
    name = _quoted(arn.rpartition("/")[2])
    page = f"infrastructure/container-instances/{name}?region={region}"
    return Link("Container instance", f"{_cluster(region, cluster)}/{page}")


def service_page(region: str, cluster: str, service: str) -> Link:
    page = f"services/{_quoted(service)}/events?region={region}"
    return Link("Service", f"{_cluster(region, cluster)}/{page}")


def instance_page(region: str, instance_id: str) -> Link:
    page = f"ec2/home?region={region}#InstanceDetails:instanceId={instance_id}"
    return Link(f"Instance {instance_id}", f"{_host(region)}/{page}")


def group_page(region: str, group: str) -> Link:
    page = f"ec2/home?region={region}#AutoScalingGroupDetails:id={_quoted(group)};view=instanceManagement"
    return Link(f"Auto Scaling group {group}", f"{_host(region)}/{page}")


def secret_page(region: str, secret: str) -> Link:
    return Link("Secret", f"{_host(region)}/secretsmanager/secret?name={_quoted(secret)}&region={region}")


def _cluster(region: str, cluster: str) -> str:
    return f"{_host(region)}/ecs/v2/clusters/{_quoted(cluster)}"


def _host(region: str) -> str:
    """GovCloud has one host for all Regions, China another domain."""
    if region.startswith("us-gov-"):
        return "https://console.amazonaws-us-gov.com"
    domain = "console.amazonaws.cn" if region.startswith("cn-") else "console.aws.amazon.com"
    return f"https://{region}.{domain}"


def _quoted(name: str) -> str:
    return quote(name, safe="")
