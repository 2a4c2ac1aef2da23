"""Which records are set DRAINING between a claim of Ballast and its next look? That goes into the journal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ballast.records.disruption import Phase
from simulator.world.core.records import ContainerInstance, Status
from simulator.world.ecs.container_instances import Change

if TYPE_CHECKING:
    from simulator.stage import Stage

CLAIMED = "claimed_then"  # in the journal, after the fact that it is DRAINING: `host`
SEEN_WITHIN_S = 150.0  # two sweeps and a slow look: by then Ballast has seen what became of its call


def watch_claims(stage: Stage) -> None:
    """One fact for each, whoever set it DRAINING."""

    def changed(host: ContainerInstance, change: Change) -> None:
        if change is Change.STATUS and host.status is Status.DRAINING and _is_claimed(stage, host.instance.id):
            stage.world.note(CLAIMED, host=host.arn)

    stage.world.registry.watchers.append(changed)


def _is_claimed(stage: Stage, instance_id: str) -> bool:
    from simulator.result import open_disruptions  # noqa: PLC0415 - which needs the stage, which needs this

    if "Ledger" not in stage.deployment.stack.names.resources:
        return False  # a peer is deployed, not Ballast
    return any(
        (item["instance_id"]["S"], item["phase"]["S"], item["foreign"]["BOOL"]) == (instance_id, Phase.CLAIMED, False)
        and "begun_at" in item  # a record of an older version has none
        and stage.clock.now_s - stage.clock.seconds(datetime.fromisoformat(item["begun_at"]["S"])) <= SEEN_WITHIN_S
        for item in open_disruptions(stage)
    )
