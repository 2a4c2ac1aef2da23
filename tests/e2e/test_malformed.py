"""What nobody can read ends in a dead-letter queue with the reason, and holds nothing else up; what comes twice is one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.e2e.looking import Account

UNREADABLE = ["this is not JSON {", "[1, 2]", "null", '"text"', '{"detail-type": 7}']
SPOT = "ec2_spot_interruption_warning"


def test_each_queue_puts_what_it_cannot_read_aside(alone: Account) -> None:
    queues = {source.queue for function in alone.stack.spec.functions for source in function.sources}
    sent = {queue: [f"{text} {queue}" if text[0] in "t[" else text for text in UNREADABLE] for queue in queues}
    for queue, bodies in sent.items():
        alone.send(queue, *bodies)
    dead = [queue for queue in alone.stack.of("AWS::SQS::Queue") if queue.endswith("DeadLetters")]

    def found() -> dict[str, object]:
        return {body: why for queue in dead for body, why in alone.dead(queue).items()}

    wanted = {body for bodies in sent.values() for body in bodies}
    alone.eventually("all of them are dead letters", lambda: wanted <= set(found()), 90)
    assert all(why for body, why in found().items() if body in wanted)
    with alone.sweeping.held():  # nobody else sends anything now, and no notice waits for Slack
        for queue in queues:
            alone.eventually(f"{queue} is empty", lambda queue=queue: alone.depth(queue) == 0, 90)  # type: ignore[misc]


def test_an_event_that_lacks_what_it_has_to_have_is_a_dead_letter(alone: Account) -> None:
    alone.put(alone.event(SPOT, {"instance-action": "terminate"}))
    alone.put(alone.event(SPOT, {"instance-id": 7, "instance-action": "terminate"}))

    def found() -> int:
        return sum('"instance-action"' in body for body in alone.dead("DrainEventsDeadLetters"))

    alone.eventually("both are dead letters", lambda: found() == 2, 60)


def test_a_forged_notice_is_told_as_not_verified(alone: Account) -> None:
    sample = json.loads((alone.events / "ballast_notice.json").read_text())["detail"]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    forged = {"cluster": "spot", "at": now, "incidentStartedAt": now, "incident": "forged", "id": "forged/DrainStarted"}
    alone.put(alone.event("ballast_notice", {**sample, **forged}))

    alone.eventually("it is told so", lambda: any("not verified" in text.lower() for text in alone.messages()), 90)


def test_the_same_message_twice_is_one_drain(alone: Account) -> None:
    warned = alone.instances("wire")[0]
    event = alone.event("ec2_spot_interruption_warning", {"instance-id": warned, "instance-action": "terminate"})
    alone.send("DrainEvents", *[json.dumps(event)] * 3)

    alone.eventually("it drains", lambda: alone.hosts("wire").get(warned) == "DRAINING")
    alone.eventually("the queue is empty", lambda: alone.depth("DrainEvents") == 0)
    drains = [i for i in alone.items() if i["item"]["S"].startswith("drain#") and warned in i["item"]["S"]]
    asked = [c for c in alone.calls("UpdateContainerInstancesState") if c.params["cluster"].endswith("wire")]
    assert (len(drains), len(asked)) == (1, 1)
