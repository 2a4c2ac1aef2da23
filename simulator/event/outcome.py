"""What came of an event, as a machine reads it: `make event … ARGS=--json` prints exactly this."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.delivery.records import DeadLetter, Outcome
from simulator.event.play import Played
from simulator.result import notices_in

LONGEST_VALUE = 200
HOST = re.compile(r"arn:aws:ecs:[^,\s]*:container-instance/[\w/-]+")


def outcome_of(played: Played) -> dict[str, Any]:
    """Times are seconds after the event; what happened before it is left out."""
    return {
        "rules": [rule.name for rule in played.rules],
        "functions": played.functions,
        "dead_letters": list(_dead_letters(played)),
        "actions": list(_actions(played)),
        "notices": list(_notices(played)),
    }


def _actions(played: Played) -> Iterator[dict[str, Any]]:
    for action in played.actions:
        yield {
            "at": _after(played, action.at_s),
            "function": action.function,
            "call": f"{action.service}:{action.operation}",
            "what": _what(played, action.params),
            "outcome": action.outcome,
        }


def _what(played: Played, params: Mapping[str, Any]) -> str:
    """The call's parameters in one line, container instances by the EC2 id of their host."""
    return ", ".join(f"{key}={_shown(played, value)}" for key, value in params.items())


def _shown(played: Played, value: object) -> str:
    text = " ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    clusters = played.stage.world.clusters.values()
    hosts = {arn: host.instance.id for cluster in clusters for arn, host in cluster.container_instances.items()}
    return HOST.sub(lambda found: hosts.get(found[0], found[0]), text)[:LONGEST_VALUE]


def _dead_letters(played: Played) -> Iterator[dict[str, Any]]:
    for letter in played.stage.deployment.dead_letters:
        if letter.at_s >= played.at_s:
            yield {"at": _after(played, letter.at_s), "queue": letter.queue, "reason": _reason(played, letter)}


def _reason(played: Played, letter: DeadLetter) -> str:
    """What the function wrote; for a message that came too often, how its function last failed."""
    said = letter.attributes.get("ERROR_MESSAGE")
    if said is not None:
        return said
    deployment = played.stage.deployment
    queues = {queue.name for queue in deployment.stack.queues if queue.dead_letter_queue == letter.queue}
    readers = {f.name for f in deployment.stack.functions if any(source.queue in queues for source in f.sources)}
    runs = [run for run in deployment.invocations if run.function in readers and run.outcome is not Outcome.OK]
    last = runs[-1] if runs else None
    how = "reported it as failed" if last is None else (last.error or last.outcome.value).strip().splitlines()[-1]
    return f"Received too often without success; its function: {how}"


def _notices(played: Played) -> Iterator[dict[str, Any]]:
    puts = [put for put in played.stage.deployment.bus.events if put.event is not played.event]
    for notice in notices_in(puts):
        if notice["at"] >= played.at_s:
            yield {**notice, "at": _after(played, notice["at"])}


def _after(played: Played, at_s: float) -> float:
    return round(at_s - played.at_s, 1)
