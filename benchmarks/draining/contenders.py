"""Who is compared? Each contender on a stage of its own: same scenario, same seed, same rate buckets and latencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.draining import ecs_cid_sample, ecs_drain_lambda
from benchmarks.draining.account import Account
from benchmarks.draining.lambda_peer import LambdaPeer
from benchmarks.draining.node_termination_handler import TIMEOUT_S, NodeTerminationHandler
from simulator.delivery.deployment import Deployment
from simulator.delivery.template import FunctionSpec
from simulator.stage import Scenario, Stage

TEMPLATE = Path(__file__).with_name("peers.yaml")
BALLAST = "Ballast"
WINDOWED = "window 1 s"
WINDOW_S, WINDOW_BATCH = 1.0, 100  # of the queue of drains, as 0.1.0 shipped it

type StageOf = Callable[[Scenario, int], Stage]


def _peer_stage(scenario: Scenario, seed: int, timeout_s: int, attach: Callable[[Stage], LambdaPeer | None]) -> Stage:
    """Ballast's own deployment is closed and another one stands in front of the same world."""
    stage = Stage(scenario, seed)
    stage.deployment.bus.open = False
    peers: list[LambdaPeer] = []
    stage.deployment = Deployment(
        Account(stage.world),
        stage.clock,
        Random(seed),
        template=TEMPLATE,
        parameters={"Timeout": str(timeout_s)},
        handlers={"Peer": lambda event, context: peers[0].handler(event, context)},  # noqa: PLW0108 - attached below
    )
    if (peer := attach(stage)) is not None:
        peers.append(peer)
    return stage


def _ecs_drain_lambda(find: ecs_drain_lambda.Find, scenario: Scenario, seed: int) -> Stage:
    def attach(stage: Stage) -> LambdaPeer:
        return LambdaPeer(stage, partial(ecs_drain_lambda.handle, find), lambda _: True)

    return _peer_stage(scenario, seed, ecs_drain_lambda.TIMEOUT_S, attach)


def _ecs_cid_sample(scenario: Scenario, seed: int) -> Stage:
    def attach(stage: Stage) -> LambdaPeer:
        topic = stage.deployment.stack.topics[0]
        peer = LambdaPeer(stage, lambda d: ecs_cid_sample.handle(topic, peer.invoke, d), ecs_cid_sample.wants)
        return peer

    return _peer_stage(scenario, seed, ecs_cid_sample.TIMEOUT_S, attach)


def _node_termination_handler(scenario: Scenario, seed: int) -> Stage:
    def attach(stage: Stage) -> None:
        NodeTerminationHandler(stage)

    return _peer_stage(scenario, seed, TIMEOUT_S, attach)


def _with_window(scenario: Scenario, seed: int) -> Stage:
    """Ballast with a batching window on the queue of drains, for which SQS may let a quiet queue wait."""
    stage = Stage(scenario, seed)
    stack = stage.deployment.stack
    stage.deployment.stack = replace(stack, functions=tuple(_windowed(function) for function in stack.functions))
    return stage


def _windowed(function: FunctionSpec) -> FunctionSpec:
    return replace(
        function,
        sources=tuple(
            replace(s, batch_size=WINDOW_BATCH, window_s=WINDOW_S) if s.queue == "DrainEvents" else s
            for s in function.sources
        ),
    )


CONTENDERS: Mapping[str, StageOf] = {
    BALLAST: Stage,
    WINDOWED: _with_window,
    "EDL": partial(_ecs_drain_lambda, ecs_drain_lambda.first_page),
    "EDL repaired": partial(_ecs_drain_lambda, ecs_drain_lambda.by_filter),
    "CID": _ecs_cid_sample,
    "NTH": _node_termination_handler,
}
PEERS = tuple(name for name in CONTENDERS if name != BALLAST)
