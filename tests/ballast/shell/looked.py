"""A simulated fleet that a test asks by itself, as the functions ask AWS: no event, no function, one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ballast import clock
from ballast.aws.ledger import Ledger
from ballast.facts.view import Cluster
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.registry import look_up_parts, refresh_registry
from tests.deployed import Deployed, deployed


class Looked:
    """`fleet` is a cluster `prod` with a group of three, and what a test adds; all are registered with their parts."""

    def __init__(self, fleet: Deployed) -> None:
        self.fleet = fleet
        self.ledger = Ledger(fleet.deployment.stack.names.physical("Ledger"))
        self.executor = Executor(performers(self.ledger), dry_run=False)

    @property
    def now(self) -> datetime:
        return clock.utc_now()

    def register(self) -> None:
        for cluster in refresh_registry(self.ledger, (), self.now).clusters.values():
            look_up_parts(self.ledger, cluster, self.now)

    def cluster(self, name: str = "prod") -> Cluster:
        return self.ledger.clusters()[name]

    def spoil(self, partition: str, item: str, field: str) -> None:
        """Leave something that nobody can read in one field of an item of the ledger."""
        table, tables = self.ledger.table, self.fleet.deployment.front_door.tables
        key = {"cluster": {"S": partition}, "item": {"S": item}}
        (kept,) = (i for i in tables.items(table) if {**i, **key} == i)
        tables.handle("PutItem", {"TableName": table, "Item": {**kept, field: {"N": "-7"}}})

    def asked(self, since: int = 0) -> list[str]:
        """What was asked of AWS since so many calls; what DynamoDB keeps is ours."""
        return [call.operation for call in self.fleet.deployment.calls[since:] if call.service != "dynamodb"]

    @property
    def calls(self) -> int:
        return len(self.fleet.deployment.calls)


@contextmanager
def looked(*others: str) -> Iterator[Looked]:
    """With other managed clusters, which have nothing yet."""
    with deployed(DryRun="false") as fleet:
        for name in others:
            fleet.world.add_cluster(name, {"ballast:managed": "true"})
        found = Looked(fleet)
        found.register()
        yield found


def moved_to_a_cluster_of_others(found: Looked) -> str:
    """An instance that serves cluster theirs by now, and of which its own has no record any more."""
    world, moved = found.fleet.world, found.fleet.instance_ids[0]
    world.add_cluster("theirs")
    old = {"cluster": "prod", "containerInstance": world.host(moved).arn, "force": True}
    world.move_agent(moved, "theirs")
    world.handle("ecs", "DeregisterContainerInstance", old, actor="somebody")
    return moved
