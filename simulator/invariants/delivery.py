"""What must become of events and messages? Sentences for each that was lost, told twice or sent elsewhere, and each bug."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from ballast.errors import MalformedCallError
from simulator.delivery.records import HOSTILE, DeadLetter, Outcome
from simulator.result import conversations_by_incident, notices, notices_in
from simulator.stage import LIVE, Stage

READS = ("Get", "BatchGet", "Query", "Describe", "List")
A_SWEEP_S = 60.0
PAGED_WITHIN_S = 60.0
LATE = "behind with its queue"
MALFORMED = "chaos-malformed-"  # how the ids of events begin that nobody can read


def no_event_lost(stage: Stage) -> Iterator[str]:
    """Everything that reached a queue was handled or is a dead letter with its reason."""
    for name, queue in stage.deployment.queues.items():
        left = [] if name.endswith("DeadLetters") else queue.older_than(A_SWEEP_S)
        if left:
            yield f"{len(left)} messages are still in {name}"
    letters = stage.deployment.dead_letters
    for letter in letters:
        if HOSTILE in letter.body:
            continue
        if MALFORMED not in letter.body and not _only_tells(letter):
            yield f"{letter.at_s:.0f} s: a readable event is a dead letter: {letter.body[:200]}"
        elif "ERROR_MESSAGE" not in letter.attributes:
            yield f"{letter.at_s:.0f} s: a dead letter has no reason: {letter.body[:200]}"
    fault_lost = {str(lost.event["id"]) for lost in stage.deployment.bus.lost}
    for put in stage.deployment.bus.events:
        name = str(put.event["id"])
        unread = name.startswith(MALFORMED) and name not in fault_lost
        if unread and not any(name in letter.body for letter in letters):
            yield f"{put.at_s:.0f} s: the unreadable event {name} vanished"


def _only_tells(letter: DeadLetter) -> bool:
    """A copy of what was handled late, so that the alarm of the dead letters rings."""
    return "Scheduled Event" in letter.body and LATE in str(letter.attributes.get("ERROR_MESSAGE", ""))


def no_incident_pages_twice(stage: Stage) -> Iterator[str]:
    """Never more page messages in a conversation than incidents of it that paged.

    A function that died right after publishing may repeat one, with the same dedupKey. Those that an attacker forged page
    as well, never in an incident of Ballast's. What publish_notification tells itself, of services, is not on the bus.
    """
    conversations = conversations_by_incident(stage)
    heard = list(notices_in(stage.deployment.bus.events, forged=True))
    own = {i for i in conversations if not i.startswith("unverified/")} - {n["incident"] for n in heard}
    paged = own | {n["incident"] for n in heard if n["severity"] == "page"}
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


def no_page_late(stage: Stage) -> Iterator[str]:
    """Where nothing else goes wrong on the way, a page is on SNS within a minute, whatever an attacker sends."""
    conversations = conversations_by_incident(stage)
    paged_s: dict[str, float] = {}
    for message in stage.deployment.messages:
        if message.attributes.get("severity") == "page":
            body = json.loads(json.loads(message.message)["sqs"])
            paged_s.setdefault(body["dedupKey"], message.at_s)
    for notice in notices(stage):
        at_s = paged_s.get(conversations.get(notice["incident"], ""), float("inf"))
        if notice["severity"] == "page" and at_s > notice["at"] + PAGED_WITHIN_S:
            when = "never" if at_s == float("inf") else f"{at_s - notice['at']:.0f} s later"
            yield f"{notice['at']:.0f} s: {notice['code']} of {notice['incident']} was paged {when}"


def nothing_sent_elsewhere(stage: Stage) -> Iterator[str]:
    """Messages go to the topic of the stack and to the channel that the operator named."""
    topics = stage.deployment.stack.topics
    channel = {**LIVE, **stage.scenario.parameters}["SlackChannel"]
    for message in stage.deployment.messages:
        if message.topic_arn not in topics:
            yield f"{message.at_s:.0f} s: a message went to {message.topic_arn}"
    for said in stage.deployment.slack.messages:
        if said.channel != channel:
            yield f"a message went to the Slack channel {said.channel}"


def no_bug(stage: Stage) -> Iterator[str]:
    for failure in stage.failures.bugs:
        yield f"{failure.at_s:.0f} s: {failure.message}: {failure.error!r}"
    for run in stage.deployment.invocations:
        error = run.error or ""
        if run.outcome is Outcome.ERROR and ("ballast.errors" not in error or MalformedCallError.__name__ in error):
            yield f"{run.started_s:.0f} s: {run.function} raised: {(run.error or '')[-300:]}"


DELIVERY_INVARIANTS = (no_event_lost, no_incident_pages_twice, nothing_sent_elsewhere, no_bug)


def _died_right_after(stage: Stage, service: str, operation: str) -> int:
    """Functions that ended before they wrote down what they had done."""
    died = {run.id for run in stage.deployment.invocations if run.outcome in (Outcome.KILLED, Outcome.TIMED_OUT)}
    acts = (c for c in stage.deployment.calls if c.invocation in died and not c.operation.startswith(READS))
    last = {call.invocation: call for call in acts}
    return sum(call.service == service and call.operation == operation for call in last.values())
