"""What is left of a drain, what fails for ever, and then the end of a stack that was updated in place."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from simulator.serve.bus import client_at
from tests.e2e.before import CLUSTER
from tests.e2e.looking import Account
from tests.e2e.removing import left_over, remove

SWEEP_S = 120.0  # how long a sweep is kept
MOST_RECEIVES = 105  # maxReceiveCount of our queues is 100 at most
POLLED_S, ATTEMPTS = 1.0, 10  # a poll that was under way when the pollers were stopped still takes what is sent


def test_nothing_is_open_of_the_drain_that_the_version_before_began(alone: Account) -> None:
    if alone.under_way is None:
        pytest.skip(f"The version before is not here: {alone.why_not_before}.")
    held = alone.under_way.instance
    alone.eventually("it is gone", lambda: alone.states([held])[held] == "terminated")
    alone.eventually("nothing of it is open", lambda: open_items(alone, held) == [], 90)
    again = [c for c in alone.calls("UpdateContainerInstancesState") if c.params["cluster"].endswith(CLUSTER)]
    assert again == []


def open_items(alone: Account, instance: str) -> list[str]:
    """What the ledger has of it that was not seen to its end."""
    drains = [item for item in alone.items() if item["item"]["S"] == f"drain#{instance}"]
    return [item["phase"]["S"] for item in drains if item["phase"]["S"] != "drained"]


def test_what_fails_again_and_again_is_set_aside(alone: Account) -> None:
    """Each queue that functions read, received so often as SQS allows; but sweeps, of which the next one comes anyway."""
    read = {source.queue for function in alone.stack.spec.functions for source in function.sources}
    kept = [queue for queue in alone.stack.spec.queues if queue.name in read and queue.retention_s > SWEEP_S]
    missing = [queue.name for queue in kept]
    with alone.sweeping.held():
        poll(alone, enabled=False)
        for _ in range(ATTEMPTS):
            time.sleep(POLLED_S)
            with ThreadPoolExecutor(len(kept)) as each:
                list(each.map(partial(poison, alone), missing))
            dead = alone.dead_letters_about("poison in ")
            missing = [name for name in missing if f"poison in {name}" not in dead]
            if not missing:
                break
        poll(alone, enabled=True)
    assert len(kept) > 4
    assert missing == [], "What fails again and again in these queues is in no dead-letter queue."


def poll(alone: Account, *, enabled: bool) -> None:
    functions = alone.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)


def poison(alone: Account, queue: str) -> None:
    """Past the gateway, which would record each call."""
    sqs = client_at(alone.url, "sqs")
    alone.send(queue, f"poison in {queue}")
    for _ in range(MOST_RECEIVES):
        sqs.receive_message(QueueUrl=alone.stack.ids[queue], MaxNumberOfMessages=10, VisibilityTimeout=0)


def test_an_updated_stack_was_refused_nothing_and_its_removal_leaves_nothing(alone: Account) -> None:
    assert alone.refused() == []
    remove(alone)

    assert left_over(alone) == []
