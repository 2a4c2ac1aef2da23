"""What is said when somebody tries whether Ballast's messages arrive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ballast.words.codes import TEST, Code
from ballast.words.incident import Incident, cluster_link, say
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity
from ballast.words.rollout import said

if TYPE_CHECKING:
    from ballast.facts.view import Cluster
    from ballast.records.command import Command


def trial(command: Command, cluster: Cluster | None, now: datetime) -> Notice:
    """An incident of its own that is over at once; heard again, it is the same notice."""
    links = (cluster_link(cluster),) if cluster else ()
    key = incident_of(command)
    incident = Incident(cluster.name if cluster else EVERY_CLUSTER, None, TEST, key, command.at, links)
    severity = Severity(command.severity or Severity.TICKET)
    return say(
        incident, Code.TEST, severity, now, closes=True, title=f"this is a test {severity.value}",
        what=f"This is a test {severity.value}: somebody tries whether what Ballast says arrives.", why=said(command),
        impact="None: nothing was looked at or changed.", next="Nothing to do but to tell whoever waits for it that it is here.",
    )  # fmt: skip


def incident_of(command: Command) -> str:
    return f"test/{command.id or f'{command.at:%Y%m%dT%H%M%SZ}'}"
