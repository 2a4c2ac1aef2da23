"""A model, not the program, of what Kubernetes' Cluster Autoscaler does about nodes that are not ready, carried over to ECS.

From https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md: a node that has been unready for 20
minutes (scale-down-unready-time) is removed, one that did not register within 15 minutes (max-node-provision-time) as well,
and its group backs off: 5 minutes, doubling up to 30, forgotten after 3 hours without a failure. While more than 45 % and
more than 3 nodes are unready (max-total-unready-percentage, ok-total-unready-count) it does nothing at all.

In its favour: an unready node counts as unneeded at once, and its replacement is launched as it goes.
"""

from __future__ import annotations

from benchmarks.rebalance.peers.hands import Program
from benchmarks.repair.peers.eyes import Eyes
from simulator.world import World

LOOP_S = 10.0
UNREADY_S = 1200.0
REGISTERS_WITHIN_S = 900.0
SHARE, FEW = 0.45, 3
FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S, FORGOTTEN_S = 300.0, 1800.0, 10_800.0


def cluster_autoscaler(world: World) -> Program:
    eyes, owed = Eyes(world), 0
    back_off_s, failed_s = 0.0, float("-inf")
    while True:
        eyes.look()
        eyes.evict()
        now_s = world.clock.now_s
        unready = len(eyes.not_ready) + len(eyes.absent)
        if not (unready > FEW and unready > SHARE * (len(eyes.hosts) + len(eyes.absent))):
            for instance in [i for i, since_s in eyes.absent.items() if now_s - since_s >= REGISTERS_WITHIN_S]:
                eyes.end(instance, fewer=True)
                owed += 1
                forgotten = now_s - failed_s > FORGOTTEN_S
                back_off_s = FIRST_BACK_OFF_S if forgotten else min(2 * back_off_s, LONGEST_BACK_OFF_S)
                failed_s = now_s
            due = [i for i, since_s in eyes.not_ready.items() if now_s - since_s >= UNREADY_S]
            if due:
                eyes.end(due[0])
            if owed and now_s >= failed_s + back_off_s:
                owed -= 1
                eyes.launch()
        yield LOOP_S
