"""Which clusters does Ballast look after, which nearly, and what keeps it from acting there?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from shlex import quote

from ballast.policy.policy import MANAGED_TAG, OPT_OUT_TAG, Policy
from ballast.policy.windows import holds
from ballast.records.pause import Pause
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.fleet import ClusterSeen
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import Snapshot, looked_after, tag_command

ITEMS_SHOWN = 5
SWEPT = timedelta(minutes=5)  # a sweep is due every minute


def is_near(key: str) -> bool:
    """Whether it was perhaps meant to be the tag: other letters, another sign between the words, another ending or order."""
    words = set(filter(None, re.split(r"[\s:._/+=@-]+", key.lower())))
    return key.lower().replace(" ", "") == "ballastmanaged" or (
        "ballast" in words and any(word.startswith(("manag", "enabl")) for word in words)
    )


def near_miss(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """A tag that was perhaps meant to have Ballast look after it, and does not."""
    if tags.get(MANAGED_TAG) == "true" or tags.get(MANAGED_TAG, "").strip().lower() == "false":
        return None
    return next(((key, value) for key, value in tags.items() if is_near(key)), None)


def ours(s: Snapshot) -> tuple[ClusterSeen, ...]:
    """Those that Ballast looks after, or the one that was asked for."""
    return tuple(c for c in looked_after(seen(s.clusters), s.named) if s.cluster in (None, c.name))


def managed(s: Snapshot) -> Iterator[Finding]:
    clusters = seen(s.clusters)
    found = {c.name: c for c in clusters}
    for name in sorted(s.named - found.keys()):
        says = "The stack names a cluster that does not exist in this Region."
        yield broken(says, f"{name} in ManagedClusters", "make deploy", "install")
    if s.cluster and s.cluster not in found:
        yield broken("There is no cluster of this name in this Region.", s.cluster, "aws ecs list-clusters", "install")
    elif s.cluster and not ours(s):
        how = "ManagedClusters does not name it" if s.named else f"it has no tag {MANAGED_TAG}=true"
        mend = "make deploy" if s.named else tag_command(found[s.cluster].arn)
        yield broken(f"Ballast does not look after this cluster: {how}.", s.cluster, mend, "install")
    elif not ours(s) and not s.named:
        arn = min((c.arn for c in clusters), default="CLUSTER_ARN")
        says = f"Ballast looks after no cluster: of {len(clusters)} in this Region none has the tag {MANAGED_TAG}=true."
        yield broken(says, "", tag_command(arn), "install")


def near_misses(s: Snapshot) -> Iterator[Finding]:
    """The roles compare key and value exactly: docs/operating.md#policyunreadable."""
    for each in seen(s.clusters):
        if s.cluster not in (None, each.name) or (s.named and each.name in s.named):
            continue
        miss = near_miss(each.tags)
        if miss and not s.named:
            says = f"A cluster is nearly tagged, so Ballast does not look after it: it must be {MANAGED_TAG}=true, exactly so."
            yield broken(
                says, f"cluster {each.name} has '{miss[0]}'='{miss[1]}'", tag_command(each.arn), "policyunreadable"
            )
        elif s.named and (miss or each.tags.get(MANAGED_TAG) == "true"):
            says = f"A cluster has the tag {MANAGED_TAG}, which counts for nothing, as the stack names its clusters and not this one."
            yield warning(says, f"cluster {each.name}", "make deploy", "install")


def state(s: Snapshot) -> Iterator[Finding]:
    for each in ours(s):
        where = f"cluster {each.name}"
        if each.status != "ACTIVE":
            look = f"aws ecs describe-clusters --clusters {each.name}"
            yield broken(f"A cluster is {each.status}, not ACTIVE.", where, look, "clusternotactive")
        elif not each.instances:
            yield note("A cluster has no container instance on EC2, so there is nothing to do.", where)


def taken_up(s: Snapshot) -> Iterator[Finding]:
    """The sweep of every minute writes each cluster that it looks after into the ledger."""
    books = seen(s.books)
    for each in ours(s):
        book, where = books.get(each.name), f"cluster {each.name}"
        if book and not book.known:
            says = "drain_instance has not taken up a cluster: it was tagged within the last minutes, or its sweep does not run."
            say = warning if s.is_younger(SWEPT) else broken
            mend = f"aws logs tail {s.physical('DrainInstanceLogs')} --since 10m"
            yield say(says, where, mend, "draininstancesilent")
        if book and book.unread:
            items = ", ".join(book.unread[:ITEMS_SHOWN])
            yield warning(
                f"Something that Ballast has stored cannot be read and is skipped: {items}.",
                where,
                "",
                "itemunreadable",
            )
        for instance in book.escalated if book else ():
            says = "A drain passed its deadline with nothing safe left to do, and waits for a human."
            yield warning(says, f"{instance} in {each.name}", f"ballast status --cluster {each.name}", "drainstuck")


def held_back(s: Snapshot) -> Iterator[Finding]:
    """Why nothing voluntary begins: a pause, tags, a budget of 0."""
    books = {} if isinstance(s.books, Unseen) else s.books
    for each in ours(s):
        book = books.get(each.name)
        policy = s.policy(each).tag_seen(book.pause_tag_since if book else None)
        yield from _paused(s, each, policy, book.pause if book else None)
        where = f"cluster {each.name}"
        for tag, value, expected in policy.unreadable:
            if tag in each.tags:
                says = f"A tag cannot be read, so no voluntary drain begins there: it must be {expected}."
                yield broken(says, f"{tag}='{value}' of {where}", untag(each, tag), "policyunreadable")
        if holds(policy.opted_out, s.now):
            says = f"A cluster is opted out by {OPT_OUT_TAG}={policy.opted_out}: nothing voluntary begins."
            yield warning(says, where, untag(each, OPT_OUT_TAG), "pause")
        if policy.budget_of(max(each.instances, 1)) == 0:
            yield warning(
                f"The disruption budget is {policy.budget}: nothing voluntary begins.", where, "", "policy-tags"
            )
        if holds(policy.updates.frozen, s.now):
            tag = "ballast:update-freeze"
            yield warning(f"Updates are frozen by {tag}={policy.updates.frozen}.", where, untag(each, tag), "pause")


def _paused(s: Snapshot, cluster: ClusterSeen, policy: Policy, brake: Pause | None) -> Iterator[Finding]:
    where = f"cluster {cluster.name}"
    if brake and brake.holds(s.now):
        mend = f"ballast resume --cluster {cluster.name}"
        yield warning(f"{brake.words}: nothing voluntary begins.", where, mend, "pause")
    if policy.paused and policy.paused.holds(s.now):
        yield warning(
            f"{policy.paused.words}: nothing voluntary begins.", where, untag(cluster, "ballast:paused"), "pause"
        )


def untag(cluster: ClusterSeen, tag: str) -> str:
    return f"aws ecs untag-resource --resource-arn {cluster.arn} --tag-keys {quote(tag)}"
