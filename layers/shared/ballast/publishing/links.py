"""Where does a reader click? Console pages and the runbook.

The console's deep links are not documented; these are the forms that AWS's own messages and public tools use.
"""

from __future__ import annotations

from urllib.parse import quote

from ballast.notice import Link, Notice

RUNBOOK = "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md"
EVERY_CLUSTER = "all clusters"  # the `cluster` of a notice about Ballast itself


def runbook(notice: Notice) -> Link:
    return Link("Runbook", f"{RUNBOOK}#{notice.code.lower()}")


def cluster_page(region: str, cluster: str) -> Link:
    page = f"ecs/v2/clusters/{quote(cluster, safe='')}/infrastructure?region={region}"
    return Link("Cluster", f"{_console(region)}/{page}")


def service_page(region: str, cluster: str, service: str) -> Link:
    where = f"{quote(cluster, safe='')}/services/{quote(service, safe='')}"
    return Link("Service", f"{_console(region)}/ecs/v2/clusters/{where}/events?region={region}")


def secret_page(region: str, secret: str) -> Link:
    page = f"secretsmanager/secret?name={quote(secret, safe='')}&region={region}"
    return Link("Secret", f"{_console(region)}/{page}")


def _console(region: str) -> str:
    if region.startswith("us-gov-"):
        return "https://console.amazonaws-us-gov.com"
    if region.startswith("cn-"):
        return f"https://{region}.console.amazonaws.cn"
    return f"https://{region}.console.aws.amazon.com"
