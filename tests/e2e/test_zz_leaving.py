"""At the end: what the deployed roles were asked, the same roles for clusters by name, and a removal that leaves nothing."""

from __future__ import annotations

import time

import pytest

from simulator.serve.bus import client_at
from tests.e2e.account import install, remove
from tests.e2e.looking import Account

SWEEP_S = 120.0  # how long a sweep is kept
MOST_RECEIVES = 105  # maxReceiveCount of our queues is 100 at most
POLLED_S, ATTEMPTS = 5.0, 3  # a poll that was under way when the pollers were stopped still takes what is sent
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "KMSAccessDenied")


def test_no_function_was_refused_or_asked_what_nobody_knows(here: Account) -> None:
    strange = [c for c in list(here.gateway.calls) if c.caller and (c.outcome in DENIED or "not known" in c.outcome)]

    assert [(c.caller, f"{c.service}:{c.operation}", c.outcome) for c in strange] == []


def test_each_function_was_heard_of(here: Account) -> None:
    assert {c.caller for c in list(here.gateway.calls)} >= set(here.stack.of("AWS::Lambda::Function"))


def test_what_fails_again_and_again_is_set_aside(here: Account) -> None:
    """Each queue that functions read, received so often as SQS allows; but sweeps, of which the next one comes anyway."""
    functions, sqs = here.client("lambda"), client_at(here.url, "sqs")  # many calls, that nobody records
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    read = {source.queue for function in here.stack.spec.functions for source in function.sources}
    kept = [queue for queue in here.stack.spec.queues if queue.name in read and queue.retention_s > SWEEP_S]
    missing = [queue.name for queue in kept]
    for _ in range(ATTEMPTS):
        time.sleep(POLLED_S)
        for name in missing:
            here.send(name, f"poison in {name}")
            for _ in range(MOST_RECEIVES):
                sqs.receive_message(QueueUrl=here.stack.ids[name], MaxNumberOfMessages=10, VisibilityTimeout=0)
        dead = here.dead_letters_about("poison in ")
        missing = [name for name in missing if f"poison in {name}" not in dead]
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert (missing, len(kept) > 4) == ([], True)


def test_roles_for_clusters_by_name_allow_the_same_calls(here: Account) -> None:
    recorded = [call for call in list(here.gateway.calls) if call.caller and call.outcome == "ok"]
    names = ",".join(sorted(here.clusters))
    install(here, here.built, {**here.parameters, "ManagedClusters": names})

    with here.world() as world:
        roles = here.stack.roles(world)
        for call in recorded:
            roles.check(call.caller, call.service, call.operation, call.params)
    assert recorded


def test_the_roles_of_other_clusters_refuse_them(here: Account) -> None:
    install(here, here.built, {**here.parameters, "ManagedClusters": "another"})
    [drained, *_] = [c for c in here.calls("UpdateContainerInstancesState", "DrainInstance") if c.outcome == "ok"]

    with here.world() as world, pytest.raises(Exception, match="AccessDenied"):
        here.stack.roles(world).check(drained.caller, drained.service, drained.operation, drained.params)


def test_a_removal_leaves_nothing(here: Account) -> None:
    remove(here)

    assert here.left_over() == []
