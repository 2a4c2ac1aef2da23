"""A model, not the program, of Karpenter's node repair (feature gate NodeRepair), carried over to ECS.

From https://github.com/kubernetes-sigs/karpenter, pkg/controllers/node/health/controller.go, and the repair policies of
https://github.com/aws/karpenter-provider-aws, pkg/cloudprovider/cloudprovider.go: a node whose condition Ready (or
ContainerRuntimeReady) has been false or unknown for 30 minutes is deleted by force, without a drain, and without asking
budgets. While more than 20 % of a pool, rounded up, are so at all, nothing is; it looks again in 5 minutes. A node that has
not registered within 15 minutes is deleted as well (pkg/controllers/nodeclaim/lifecycle/liveness.go), and as its pods still
wait, another one is launched, as often as it takes. Frozen for hours: kubernetes-sigs/karpenter#2739; healthy nodes killed
by a wrong signal: #2811.

In its favour: the group launches the replacement the moment the old one goes, and Kubernetes has moved the pods before.
"""

from __future__ import annotations

from math import ceil

from benchmarks.rebalance.peers.hands import Program
from benchmarks.repair.peers.eyes import Eyes
from simulator.world import World

LOOP_S = 10.0
TOLERATED_S = 1800.0
REGISTERS_WITHIN_S = 900.0
LATCH = 0.2
AGAIN_S = 300.0


def karpenter(world: World) -> Program:
    eyes, held_until_s = Eyes(world), 0.0
    while True:
        eyes.look()
        eyes.evict()
        now_s = world.clock.now_s
        for instance in [i for i, since_s in eyes.absent.items() if now_s - since_s >= REGISTERS_WITHIN_S]:
            eyes.end(instance)
        if now_s >= held_until_s:
            due = [i for i, since_s in eyes.not_ready.items() if now_s - since_s >= TOLERATED_S]
            if due and len(eyes.not_ready) > ceil(LATCH * len(eyes.hosts)):
                held_until_s = now_s + AGAIN_S
            elif due:
                eyes.end(due[0])
        yield LOOP_S
