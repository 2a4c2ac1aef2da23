"""What is a notice about, how is something said about it, and where do its links lead?

The deep links of the AWS console are not documented; these are the forms that AWS's own messages and public tools use.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from ballast.value import dataclass
from ballast.words.asked import Asked
from ballast.words.codes import Code
from ballast.words.notice import Link, Notice, Severity, Would

if TYPE_CHECKING:

    class HasArn(Protocol):
        """A cluster or a container instance; named no further, as publish_notification links without knowing either."""

        @property
        def arn(self) -> str: ...

    class Cluster(HasArn, Protocol):
        @property
        def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that on-call follows from its beginning to its end; the names are those of `Notice`."""

    cluster: str
    instance: str | None
    reason: str
    key: str  # `Notice.incident`: the same for all that is said about it
    since: datetime
    links: tuple[Link, ...]
    about: str = ""  # in a list of several: the group or service, where it is no instance
    is_part: bool = False  # of another's incident, which it does not close
    attempt: int = 0  # of what is begun again, so that each step of it is told again


def say(
    incident: Incident, code: Code, severity: Severity, now: datetime, *,
    what: str, why: str, impact: str, next: str,  # noqa: A002 - the notice's own word
    title: str = "", closes: bool = False, repeat: int = 0, would: Would | None = None, asked: Asked | None = None,
) -> Notice:  # fmt: skip
    """The one way to make a notice; the four sentences are what a human reads, and the title what a subject holds.

    A title is about 45 characters, `who verb: cause`, as cluster and severity come before it in 60.
    """
    return Notice(
        code=code.value,
        severity=severity,
        cluster=incident.cluster,
        instance=incident.instance,
        reason=incident.reason,
        incident=incident.key,
        incident_started_at=incident.since,
        at=now,
        what=what,
        why=why,
        impact=impact,
        next=next,
        links=incident.links,
        closes_incident=closes and not incident.is_part,
        would=would,
        repeat=repeat or incident.attempt,
        title=title,
        about=incident.about or incident.instance or "",
        asked=asked,
    )


def cluster_link(cluster: Cluster) -> Link:
    return cluster_page(_region(cluster), cluster.name)


def instance_links(cluster: Cluster, instance_id: str, instance: HasArn | None) -> tuple[Link, ...]:
    """The page of the container instance is left out once the instance is not registered in the cluster."""
    region = _region(cluster)
    always = (instance_page(region, instance_id), cluster_link(cluster))
    return (container_instance_page(region, cluster.name, instance.arn), *always) if instance else always


def group_link(cluster: Cluster, group: str) -> Link:
    return group_page(_region(cluster), group)


def service_link(cluster: Cluster, service: str) -> Link:
    return service_page(_region(cluster), cluster.name, service)


def _region(cluster: Cluster) -> str:
    return cluster.arn.split(":")[3]


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
    """Of Secrets Manager or, by its ARN, Parameter Store."""
    if ":ssm:" in secret:
        name = _quoted(secret.partition(":parameter")[2])
        return Link("Parameter", f"{_host(region)}/systems-manager/parameters/{name}/description?region={region}")
    return Link("Secret", f"{_host(region)}/secretsmanager/secret?name={_quoted(secret)}&region={region}")


def _cluster(region: str, cluster: str) -> str:
    return f"{_host(region)}/ecs/v2/clusters/{_quoted(cluster)}"


def console_domain(region: str) -> str:
    """Of its partition."""
    if region.startswith("us-gov-"):
        return "console.amazonaws-us-gov.com"
    return "console.amazonaws.cn" if region.startswith("cn-") else "console.aws.amazon.com"


def _host(region: str) -> str:
    """GovCloud has one host for all Regions."""
    domain = console_domain(region)
    return f"https://{domain}" if region.startswith("us-gov-") else f"https://{region}.{domain}"


def _quoted(name: str) -> str:
    return quote(name, safe="")


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def few(lines: Sequence[str]) -> tuple[str, ...]:
    return (*lines[:5], f"and {len(lines) - 5} more") if len(lines) > 5 else tuple(lines)


def span(since: datetime, now: datetime) -> str:
    seconds = max(0, round((now - since).total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def runs(number: int, thing: str, one: str = "runs", many: str = "run") -> str:
    """`1 instance runs`, `2 instances run`, `no instance runs`."""
    if number == 0:
        return f"no {thing} {one}"
    return f"{count(number, thing)} {one if number == 1 else many}"


def clock(moment: datetime | None, now: datetime) -> str:
    """With the day when it is not today."""
    if moment is None:
        return "an unknown time"
    return f"{moment:%H:%M:%S} UTC" if moment.date() == now.date() else date(moment)


def hour(moment: datetime, now: datetime) -> str:
    """To the minute."""
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else date(moment)


def date(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown date"


def typed(verb: str, cluster: str, variant: str, arch: str) -> str:
    """What an operator types about one rollout (cli/ballast_cli), whole, so that it can be copied and run."""
    return f"`ballast {verb} --cluster {cluster} --variant {variant} --arch {arch}`"
