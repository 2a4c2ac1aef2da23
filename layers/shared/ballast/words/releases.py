"""What on-call reads about Bottlerocket releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from ballast.facts.cluster import Cluster
from ballast.records.release import Release
from ballast.records.watch import Watch
from ballast.words.links import cluster_link
from ballast.words.notice import EVERY_CLUSTER, Link, Notice, Severity
from ballast.words.phrases import few

if TYPE_CHECKING:
    from ballast.facts.running import Running

CHANGES = Link("Releases", "https://github.com/bottlerocket-os/bottlerocket/releases")
NAMED_MOST = 20  # ids of EC2 are long, and a notice has 800 characters for them
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
        impact=f"Running in {', '.join(few(_clusters(hosts)))}: {running}.",
        next_="A rollout begins by the clusters' policies, see docs/operating.md.",
    )  # fmt: skip


def recalled(release: Release, version: str, hosts: Sequence[Running], unseen: Sequence[str], now: datetime) -> Notice:
    """A page where somebody runs it already, or where nobody knows."""
    affected = [host for host in hosts if host.version == version]
    runs = f"These run it: {_named(affected)}." if affected else "None of the instances that were seen runs it."
    unknown = [host for host in hosts if host.version is None]
    if unknown:
        runs += f" Of these SSM knows no version: {_named(unknown)}."
    if unseen:
        runs += f" Not looked into: {', '.join(few(unseen))}."
    next_ = "Nothing."
    if affected:
        next_ = "python -m ballast rollback, for each cluster that runs it."
    elif unknown or unseen:
        next_ = "Find out whether they run it: apiclient get os."
    return _notice(
        release, hosts, now, "BottlerocketReleaseRecalled", Severity.PAGE if affected or unseen else Severity.TICKET,
        what=f"AWS has taken Bottlerocket {version} of {release.variant} {release.arch} back.",
        why=f"`latest` is {release.version} again.",
        impact=f"{runs} Rollouts towards it halt.",
        next_=next_,
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
    clusters = _clusters(hosts)
    return Notice(
        code=code, severity=severity, cluster=clusters[0] if len(clusters) == 1 else EVERY_CLUSTER, instance=None,
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


def _clusters(hosts: Sequence[Running]) -> list[str]:
    return sorted({host.cluster.name for host in hosts})


def _named(hosts: Sequence[Running]) -> str:
    """`i-1, i-2 (prod); i-3 (staging)`."""
    ordered = sorted(hosts, key=lambda host: (host.cluster.name, host.instance_id))
    shown = ordered[:NAMED_MOST]
    lists = [
        f"{', '.join(host.instance_id for host in some)} ({name})"
        for name, some in groupby(shown, key=lambda host: host.cluster.name)
    ]
    more = [f"and {len(ordered) - len(shown)} more"] if len(ordered) > len(shown) else []
    return "; ".join([*lists, *more])
