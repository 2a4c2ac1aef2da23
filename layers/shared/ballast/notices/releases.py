"""What on-call reads about Bottlerocket releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ballast.disruption import Watch
from ballast.model import Cluster
from ballast.notice import Link, Notice, Severity
from ballast.notices.links import cluster_link
from ballast.notices.phrases import few
from ballast.updating.records import Release

if TYPE_CHECKING:
    from ballast.updating.releases import Running

CHANGES = Link("Releases", "https://github.com/bottlerocket-os/bottlerocket/releases")
VARIANTS = Link("Variants", "https://bottlerocket.dev/en/os/latest/#/concepts/variants/")


def available(release: Release, hosts: Sequence[Running], now: datetime) -> Notice:
    before = (
        f"It was {release.previous_version} before."
        if release.previous_version
        else "It is the first that Ballast sees."
    )
    mix = Counter(host.version or "an unknown version" for host in hosts)
    running = ", ".join(f"{count} on {version}" for version, count in mix.most_common(4))
    return _notice(
        release, hosts, now, "BottlerocketReleaseAvailable", Severity.INFO,
        what=f"Bottlerocket {release.version} is the newest of {release.variant} {release.arch}.",
        why=f"AWS publishes it. {before}",
        impact=f"Running: {running}.",
        next_="A rollout begins by the clusters' policies, see docs/operating.md.",
    )  # fmt: skip


def recalled(release: Release, version: str, hosts: Sequence[Running], now: datetime) -> Notice:
    """A page where somebody runs it already."""
    affected = [f"{host.instance_id} ({host.cluster.name})" for host in hosts if host.version == version]
    runs = f"These run it: {', '.join(few(affected))}." if affected else "None of your instances runs it."
    return _notice(
        release, hosts, now, "BottlerocketReleaseRecalled", Severity.PAGE if affected else Severity.TICKET,
        what=f"AWS has taken Bottlerocket {version} of {release.variant} {release.arch} back.",
        why=f"`latest` is {release.version} again.",
        impact=f"{runs} Rollouts towards it halt.",
        next_="python -m ballast rollback, for each cluster that runs it." if affected else "Nothing.",
    )  # fmt: skip


def end_of_life(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return _about_cluster(
        cluster, watch, now, "BottlerocketEndOfLife",
        what=f"{watch.subject} gets no more updates.",
        why="Bottlerocket has ended the support of this variant.",
        impact="Its instances stay as they are, with whatever is found in them.",
        next_="Move the launch template to aws-ecs-2 or newer: another variant needs new instances.",
    )  # fmt: skip


def unknown(cluster: Cluster, watch: Watch, why: str, now: datetime) -> Notice:
    return _about_cluster(
        cluster, watch, now, "BottlerocketReleaseUnknown",
        what=f"Ballast does not know the newest Bottlerocket of {watch.subject}.",
        why=f"{why}.", impact="No release of it is rolled out.",
        next_="Check whether the variant exists in this Region.",
    )  # fmt: skip


def _notice(
    release: Release, hosts: Sequence[Running], now: datetime, code: str, severity: Severity, *,
    what: str, why: str, impact: str, next_: str,
) -> Notice:  # fmt: skip
    clusters = sorted({host.cluster.name for host in hosts})
    return Notice(
        code=code, severity=severity, cluster=", ".join(few(clusters)), instance=None,
        reason="bottlerocket_release",
        incident=f"release/{release.variant}/{release.arch}/{release.version}/{release.revision}",
        incident_started_at=now, at=now, what=what, why=why, impact=impact, next=next_,
        links=(CHANGES,), closes_incident=True,
    )  # fmt: skip


def _about_cluster(
    cluster: Cluster, watch: Watch, now: datetime, code: str, *, what: str, why: str, impact: str, next_: str
) -> Notice:  # fmt: skip
    return Notice(
        code=code, severity=Severity.TICKET, cluster=cluster.name, instance=None, reason=watch.kind,
        incident=watch.incident, incident_started_at=watch.since, at=now,
        what=what, why=why, impact=impact, next=next_,
        links=(VARIANTS, cluster_link(cluster)), closes_incident=True,
    )  # fmt: skip
