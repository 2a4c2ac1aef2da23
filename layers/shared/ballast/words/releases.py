"""What on-call reads about Bottlerocket releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from ballast.facts.running import Running
from ballast.facts.view import Cluster
from ballast.records.command import CommandKind
from ballast.records.release import Release
from ballast.records.watch import Watch
from ballast.words.codes import BOTTLEROCKET_RELEASE, Code
from ballast.words.incident import Incident, cluster_link, few, runs, say, typed
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity
from ballast.words.watching import of_watch

NAMED_MOST = 20  # an instance id is long, and a sentence of a notice has 800 characters


def available(release: Release, hosts: Sequence[Running], now: datetime) -> Notice:
    before = (
        f"It was {release.previous_version} before."
        if release.previous_version
        else "It is the first that Ballast sees."
    )
    mix = Counter(host.version or "an unknown version" for host in hosts)
    running = ", ".join(f"{count} on {version}" for version, count in mix.most_common(4))
    where = (
        f"Running in {', '.join(few(_clusters(hosts)))}: {running}."
        if hosts
        else "No instance was seen that runs the variant."
    )
    return say(
        _of_release(release, hosts, now), Code.BOTTLEROCKET_RELEASE_AVAILABLE, Severity.INFO, now, closes=True,
        title=f"Bottlerocket {release.version} is out for {release.variant} {release.arch}",
        what=f"Bottlerocket {release.version} is the newest of {release.variant} {release.arch}.",
        why=f"AWS publishes it. {before}",
        impact=where,
        next="Rollouts begin as each cluster's policy says; each is told by itself.",
    )  # fmt: skip


def recalled(release: Release, version: str, hosts: Sequence[Running], unseen: Sequence[str], now: datetime) -> Notice:
    """A page if an instance runs the version, or if a cluster could not be looked into."""
    affected = [host for host in hosts if host.version == version]
    told = f"{_these(affected)}: {_named(affected)}." if affected else "None of the instances that were seen runs it."
    staged = [host for host in hosts if host.staged == version != host.version]
    if staged:
        told += f" These have it staged and may boot it next, until they hear that it is cancelled: {_named(staged)}."
    unknown = [host for host in hosts if host.version is None]
    if unknown:
        told += f" Of these SSM knows no version: {_named(unknown)}."
    if unseen:
        told += f" Not looked into: {', '.join(few(unseen))}."
    then = "Nothing to do."
    if affected:
        back = [typed(CommandKind.ROLLBACK, name, release.variant, release.arch) for name in _clusters(affected)]
        then = f"Take it back where it runs: {'; '.join(few(back))}."
    elif unknown or unseen:
        then = "Find out whether they run it: `apiclient get os` on the host says so."
    severity = Severity.PAGE if affected or unseen else Severity.TICKET
    return say(
        _of_release(release, hosts, now), Code.BOTTLEROCKET_RELEASE_RECALLED, severity, now, closes=True,
        title=f"Bottlerocket {version} recalled: {_affected(affected, unseen)}",
        what=f"AWS has taken Bottlerocket {version} of {release.variant} {release.arch} back.",
        why=f"`latest` is {release.version} again.",
        impact=f"{told} Rollouts towards it halt.",
        next=then,
    )  # fmt: skip


def end_of_life(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_variant(cluster, watch), Code.BOTTLEROCKET_END_OF_LIFE, Severity.TICKET, now, closes=True,
        title=f"{watch.subject} ends: no more updates",
        what=f"{watch.subject} gets no more updates.",
        why="Bottlerocket has ended the support of this variant.",
        impact="Its instances stay as they are, with whatever is found in them.",
        next="Move the launch template to aws-ecs-2 or newer: another variant needs new instances.",
    )  # fmt: skip


def unknown(cluster: Cluster, watch: Watch, why: str, now: datetime) -> Notice:
    return say(
        _of_variant(cluster, watch), Code.BOTTLEROCKET_RELEASE_UNKNOWN, Severity.TICKET, now, closes=True,
        title=f"newest of {watch.subject} is unknown",
        what=f"Ballast does not know the newest Bottlerocket of {watch.subject}.",
        why=f"{why}.", impact="No release of it is rolled out.",
        next="Check whether the variant exists in this Region.",
    )  # fmt: skip


def _affected(hosts: Sequence[Running], unseen: Sequence[str]) -> str:
    if hosts:
        return runs(len(hosts), "instance", "runs it", "run it")
    return "a cluster was not looked into" if unseen else "no instance runs it"


def _these(hosts: Sequence[Running]) -> str:
    return "This one runs it" if len(hosts) == 1 else f"These {len(hosts)} run it"


def _of_release(release: Release, hosts: Sequence[Running], now: datetime) -> Incident:
    clusters = _clusters(hosts)
    cluster = clusters[0] if len(clusters) == 1 else EVERY_CLUSTER
    key = f"release/{release.variant}/{release.arch}/{release.version}/{release.revision}"
    return Incident(cluster, None, BOTTLEROCKET_RELEASE, key, now, ())


def _of_variant(cluster: Cluster, watch: Watch) -> Incident:
    return of_watch(cluster, watch, links=(cluster_link(cluster),))


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
