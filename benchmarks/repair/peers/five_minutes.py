"""A model of the Lambda function that people write themselves: an agent that is away for five minutes costs its host.

An event of a disconnected agent is delayed by a queue, and if the agent is still away then, its instance is terminated and
its group launches another: the pattern of https://aws.amazon.com/blogs/containers/monitoring-the-amazon-ecs-agent/, with
the action that its readers add. Why they do: https://github.com/aws/containers-roadmap/issues/2040. It knows nothing of
drains, of others that are ill, or of what never registers.
"""

from __future__ import annotations

from benchmarks.rebalance.peers.hands import Program
from benchmarks.repair.peers.eyes import Eyes
from simulator.world import World

LOOP_S = 10.0
WAITS_S = 300.0


def five_minutes(world: World) -> Program:
    eyes, lost = Eyes(world), dict[str, float]()
    while True:
        now_s = world.clock.now_s
        away = [i for i, host in eyes.hosts.items() if not host.agent_connected]
        lost = {i: lost.get(i, now_s) for i in away}
        for instance in [i for i, since_s in lost.items() if now_s - since_s >= WAITS_S]:
            eyes.end(instance)
        yield LOOP_S
