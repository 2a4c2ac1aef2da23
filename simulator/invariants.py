"""What must hold however the world misbehaves? Each check yields one sentence for each time that it did not."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from ballast.drain.triggers import OUR_HOOK
from ballast.errors import MalformedCallError
from simulator.delivery.records import Outcome
from simulator.journal import BALLAST, last_drained_by, with_hosts_ended_by_ballast
from simulator.result import below_minimum, conversations_by_incident, notices, open_disruptions
from simulator.stage import Stage
from simulator.update_invariants import UPDATE_INVARIANTS
from simulator.world.core.core import Fact

READS = ("Get", "BatchGet", "Query", "Describe", "List")
A_SWEEP_S = 60.0
MALFORMED = "chaos-malformed-"  # how the ids of events begin that nobody can read


def no_service_below_its_minimum_because_of_ballast(stage: Stage) -> Iterator[str]:
    """A task that Ballast stopped, or whose host Ballast had ended, counts as ours.

    Not so on an instance that its group terminates: there the operator may have chosen `force`, and the task dies anyway.
    """
    falls = {id(fact) for fact in below_minimum(stage.world.journal)}
    last_stop: dict[tuple[str, str], tuple[Fact, bool]] = {}
    going_anyway: set[str] = set()
    for fact, ended_by_us in with_hosts_ended_by_ballast(stage.world.journal):
        if fact.kind == "hook_waiting":
            going_anyway.add(fact.data["instance"])
        if fact.kind in ("task_stopping", "task_stopped") and fact.data["service"]:
            stopped_by_us = fact.data["cause"] == BALLAST and fact.data["instance"] not in going_anyway
            ours = stopped_by_us or fact.data["instance"] in ended_by_us
            last_stop[fact.data["cluster"], fact.data["service"]] = fact, ours
        if id(fact) not in falls:
            continue
        stop, ours = last_stop.get((fact.data["cluster"], fact.data["service"]), (fact, False))
        if ours:
            counts = f"{fact.data['running']} of at least {fact.data['minimum']} tasks"
            yield f"{fact.at_s:.0f} s: {fact.data['service']} runs {counts} because Ballast ended {stop.data['instance']}"


def no_task_cut_off_by_ballast(stage: Stage) -> Iterator[str]:
    """No task is interrupted on a host that Ballast had its group terminate, or that it deregistered alive."""
    for fact, ended_by_us in with_hosts_ended_by_ballast(stage.world.journal):
        if fact.kind == "task_stopped" and fact.data["interrupted"] and fact.data["instance"] in ended_by_us:
            yield f"{fact.at_s:.0f} s: {fact.data['task']} was cut off on {fact.data['instance']}"


def no_owned_hook_completed_early(stage: Stage) -> Iterator[str]:
    daemons = {(c.name, s.name) for c in stage.world.clusters.values() for s in c.services.values() if s.daemon}
    held: dict[str, set[str]] = defaultdict(set)
    gone: set[str] = set()
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind in ("task_placed", "task_started") and (data["cluster"], data["service"]) not in daemons:
            held[data["instance"]].add(data["task"])
        elif fact.kind == "task_stopped":
            held[data["instance"]].discard(data["task"])
        elif fact.kind == "container_instance_deregistered":
            gone.add(data["instance"])
        elif fact.kind == "hook_completed" and data["actor"] == BALLAST:
            if data["hook"] != OUR_HOOK:
                yield f"{fact.at_s:.0f} s: Ballast completed {data['hook']} of {data['group']}, which it does not own"
            elif held[data["instance"]] and data["instance"] not in gone:
                yield f"{fact.at_s:.0f} s: {data['instance']} was let go with {len(held[data['instance']])} tasks"


def no_owned_hook_timed_out(stage: Stage) -> Iterator[str]:
    """Unless a human had been told that nothing safe was left to do."""
    escalated = {n["instance"]: n["at"] for n in notices(stage) if n["code"] == "DrainStuck"}
    for fact in stage.world.journal:
        if fact.kind == "hook_timed_out" and fact.data["hook"] == OUR_HOOK:
            told = escalated.get(fact.data["instance"])
            if told is None or told > fact.at_s:
                yield f"{fact.at_s:.0f} s: our hook on {fact.data['instance']} timed out and nobody was told"


def no_foreign_drain_touched(stage: Stage) -> Iterator[str]:
    drained_by: dict[str, str] = {}
    for fact in stage.world.journal:
        if fact.kind != "container_instance_status":
            continue
        data = fact.data
        if data["new"] == "DRAINING":
            drained_by[data["instance"]] = data["actor"]
        elif data["new"] == "ACTIVE" and data["actor"] == BALLAST and drained_by.get(data["instance"]) != BALLAST:
            yield f"{fact.at_s:.0f} s: {data['instance']}, drained by {drained_by[data['instance']]}, was set ACTIVE"


def no_disruption_left_open(stage: Stage) -> Iterator[str]:
    for item in open_disruptions(stage):
        if item["phase"]["S"] != "rolled_back":
            yield f"{item['instance_id']['S']} is still {item['phase']['S']} for {item['reason']['S']}"


def no_instance_left_draining(stage: Stage) -> Iterator[str]:
    """None that Ballast had set DRAINING is still so once the world is quiet."""
    for cluster in stage.world.clusters.values():
        for instance_id, host in cluster.by_ec2_id.items():
            actor = last_drained_by(stage.world.journal, instance_id)
            if host.status.value == "DRAINING" and actor == BALLAST:
                yield f"{instance_id} of {cluster.name} is still DRAINING by Ballast"


def no_event_lost(stage: Stage) -> Iterator[str]:
    """Everything that reached a queue was handled or is a dead letter with its reason."""
    for name, queue in stage.deployment.queues.items():
        left = [] if name.endswith("DeadLetters") else queue.older_than(A_SWEEP_S)
        if left:
            yield f"{len(left)} messages are still in {name}"
    letters = stage.deployment.dead_letters
    for letter in letters:
        if MALFORMED not in letter.body:
            yield f"{letter.at_s:.0f} s: a readable event is a dead letter: {letter.body[:200]}"
        elif "ERROR_MESSAGE" not in letter.attributes:
            yield f"{letter.at_s:.0f} s: a dead letter has no reason: {letter.body[:200]}"
    fault_lost = {str(lost.event["id"]) for lost in stage.deployment.bus.lost}
    for put in stage.deployment.bus.events:
        name = str(put.event["id"])
        unread = name.startswith(MALFORMED) and name not in fault_lost
        if unread and not any(name in letter.body for letter in letters):
            yield f"{put.at_s:.0f} s: the unreadable event {name} vanished"


def no_incident_pages_twice(stage: Stage) -> Iterator[str]:
    """Never more page messages in a conversation than incidents of it that paged.

    A function that died right after publishing may repeat one, with the same dedupKey.
    """
    conversations = conversations_by_incident(stage)
    paged = {n["incident"] for n in notices(stage) if n["severity"] == "page"}
    allowed = Counter(conversations.get(incident) for incident in paged)
    pages: Counter[str] = Counter()
    for message in stage.deployment.messages:
        if message.attributes.get("severity") == "page":
            body = json.loads(json.loads(message.message)["sqs"])
            if body["state"] == "open":
                pages[body["dedupKey"]] += 1
    excused = _died_right_after(stage, "sns", "Publish")
    for key, count in pages.items():
        if count > max(1, allowed[key]) + excused:
            yield f"{key} paged {count} times for {allowed[key]} incidents"


def no_bug(stage: Stage) -> Iterator[str]:
    for failure in stage.failures.bugs:
        yield f"{failure.at_s:.0f} s: {failure.message}: {failure.error!r}"
    for run in stage.deployment.invocations:
        error = run.error or ""
        if run.outcome is Outcome.ERROR and ("ballast.errors" not in error or MalformedCallError.__name__ in error):
            yield f"{run.started_s:.0f} s: {run.function} raised: {(run.error or '')[-300:]}"


INVARIANTS: tuple[Callable[[Stage], Iterator[str]], ...] = (
    no_service_below_its_minimum_because_of_ballast,
    no_task_cut_off_by_ballast,
    no_owned_hook_completed_early,
    no_owned_hook_timed_out,
    no_foreign_drain_touched,
    no_disruption_left_open,
    no_instance_left_draining,
    no_event_lost,
    no_incident_pages_twice,
    no_bug,
    *UPDATE_INVARIANTS,
)


def violations(stage: Stage) -> list[str]:
    """Every broken invariant in words, named by its function."""
    return [f"{check.__name__}: {sentence}" for check in INVARIANTS for sentence in check(stage)]


def _died_right_after(stage: Stage, service: str, operation: str) -> int:
    """Functions that ended before they wrote down what they had done."""
    died = {run.id for run in stage.deployment.invocations if run.outcome in (Outcome.KILLED, Outcome.TIMED_OUT)}
    acts = (c for c in stage.deployment.calls if c.invocation in died and not c.operation.startswith(READS))
    last = {call.invocation: call for call in acts}
    return sum(call.service == service and call.operation == operation for call in last.values())
