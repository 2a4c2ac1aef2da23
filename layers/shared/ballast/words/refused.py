"""What is said of a command that no rollout heard: it came too late, names no cluster of ours, or Ballast is in dry run."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ballast.words.codes import COMMAND_REFUSED, Code
from ballast.words.incident import Incident, cluster_link, say
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity
from ballast.words.rollout import said
from ballast.words.shortened import cut

if TYPE_CHECKING:
    from ballast.facts.view import Cluster
    from ballast.records.command import Command


def refused_unheard(command: Command, cluster: Cluster | None, why: str, severity: Severity, now: datetime) -> Notice:
    """`cluster`: the managed one that it names. Heard again, it is the same notice."""
    key = f"command/{command.kind}/{command.id or f'{command.at:%Y%m%dT%H%M%SZ}'}"
    links = (cluster_link(cluster),) if cluster else ()
    incident = Incident(cluster.name if cluster else EVERY_CLUSTER, None, COMMAND_REFUSED, key, now, links)
    whom = f" for {command.cluster}" if command.cluster else ""
    return say(
        incident, Code.BOTTLEROCKET_COMMAND_REFUSED, severity, now, closes=True,
        title=f"{command.kind}{whom} refused: {cut(why, 40)}",
        what=f"The command {command.kind}{whom} was refused. {why}", why=said(command), impact="Nothing was changed.",
        next="Nothing to do where somebody has said it again. Where nobody knows of it, see who may put events of source "
        "ballast on the bus.",
    )  # fmt: skip
