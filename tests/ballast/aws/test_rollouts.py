"""The rollouts of some kinds of hosts, for who needs nothing else of the ledger."""

from __future__ import annotations

from ballast.aws.ledger import Ledger
from ballast.aws.rollouts import rollouts
from tests.ballast.update.rollouts import ARCH, VARIANT, a_rollout
from tests.builders import CLUSTER


def test_those_of_the_cluster_and_of_the_kinds_that_were_asked_for_are_found(ledger: Ledger) -> None:
    ours, arm = a_rollout(revision=0, image_id=None), a_rollout(revision=0, image_id=None, arch="arm64")
    for rollout in (ours, arm, a_rollout(revision=0, image_id=None, cluster="stage")):
        ledger.write(None, rollout)

    assert rollouts(ledger.table, CLUSTER, [(VARIANT, ARCH), ("aws-ecs-1", ARCH)]) == {(VARIANT, ARCH): ours}
