"""All that the doctor saw, at one time; the pure checks know nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ballast.policy.policy import MANAGED_TAG, Policy, defaults_from, is_managed, read_policy
from ballast.policy.settings import BY_VARIABLE
from ballast.value import dataclass
from ballast_cli.doctor.facts import (
    Alarm,
    Drifted,
    Function,
    Identity,
    Letters,
    Neighbour,
    Nobody,
    Resource,
    Rule,
    SlackStore,
    Source,
    Stack,
    Subscription,
    Trouble,
)
from ballast_cli.doctor.fleet import Book, ClusterSeen, Managed
from ballast_cli.doctor.seen import Seen, Unseen, seen

FIRST = Unseen("something else has to be mended first", follows=True)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`stack` None: there is none of this name. `cluster`: the one that was asked for, None for all."""

    now: datetime
    stack_name: str
    identity: Identity | Nobody
    cluster: str | None = None
    stack: Seen[Stack | None] = FIRST
    resources: Seen[tuple[Resource, ...]] = FIRST
    drifted: Seen[tuple[Drifted, ...]] = FIRST
    neighbours: Seen[tuple[Neighbour, ...]] = FIRST
    functions: Seen[tuple[Function, ...]] = FIRST
    concurrency: Seen[int] = FIRST  # of the account, what no function has reserved
    sources: Seen[tuple[Source, ...]] = FIRST
    rules: Seen[tuple[Rule, ...]] = FIRST
    alarms: Seen[tuple[Alarm, ...]] = FIRST
    letters: Seen[tuple[Letters, ...]] = FIRST
    subscriptions: Seen[tuple[Subscription, ...]] = FIRST
    slack: Seen[SlackStore | None] = FIRST
    clusters: Seen[tuple[ClusterSeen, ...]] = FIRST
    managed: Seen[tuple[Managed, ...]] = FIRST
    books: Seen[Mapping[str, Book]] = FIRST

    @property
    def asker(self) -> Seen[Identity | Nobody]:
        """Whether its credentials are good is not known before the clock is right."""
        who = self.identity
        return FIRST if isinstance(who, Nobody) and who.trouble is Trouble.CLOCK else who

    @property
    def skew_s(self) -> Seen[float]:
        """By how much this machine's clock is ahead of AWS's."""
        if self.identity.skew_s is not None:
            return self.identity.skew_s
        return FIRST if isinstance(self.identity, Nobody) else Unseen("AWS did not tell what time it is")

    def parameter(self, name: str) -> str:
        """Of the stack; "" where it has none of this name, or nobody could look."""
        stack = None if isinstance(self.stack, Unseen) else self.stack
        return stack.parameters.get(name, "") if stack else ""

    def physical(self, logical: str) -> str:
        """The id of a resource of the stack, or words in its place."""
        found = () if isinstance(self.resources, Unseen) else self.resources
        return next((r.physical for r in found if r.logical == logical), logical.upper())

    def is_younger(self, than: timedelta) -> bool:
        """Whether the stack was deployed within that time, so that what Ballast does by itself may be under way."""
        stack = None if isinstance(self.stack, Unseen) else self.stack
        return stack is not None and self.now - stack.changed_at < than

    @property
    def named(self) -> frozenset[str]:
        """The clusters that the stack names; empty: those that are tagged."""
        return names_of(self.parameter("ManagedClusters"))

    def policy(self, cluster: ClusterSeen) -> Policy:
        """What the stack and the tags of the cluster allow, without a pause by command."""
        return read_policy(defaults_of(seen(self.stack)), cluster.tags)


def names_of(written: str) -> frozenset[str]:
    """Of the parameter ManagedClusters."""
    return frozenset(filter(None, written.split(",")))


def looked_after(clusters: tuple[ClusterSeen, ...], named: frozenset[str]) -> tuple[ClusterSeen, ...]:
    """Those that are named, or those that are tagged when none is."""
    return tuple(c for c in clusters if (c.name in named if named else is_managed(c.tags)))


def defaults_of(stack: Stack | None) -> Policy:
    """The policy of a deployment, where no tag says otherwise."""
    given = stack.parameters if stack else {}
    return defaults_from({v: given[row.parameter] for v, row in BY_VARIABLE.items() if row.parameter in given})


def tag_command(arn: str) -> str:
    return f"aws ecs tag-resource --resource-arn {arn} --tags key={MANAGED_TAG},value=true"
