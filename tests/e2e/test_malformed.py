"""What nobody can read ends in a dead-letter queue with the reason, and holds nothing else up."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.e2e.looking import Account

UNREADABLE = ["this is not JSON {", "[1, 2]", "null", '"text"', '{"detail-type": 7}']
SPOT = "ec2_spot_interruption_warning"


def test_each_queue_puts_what_it_cannot_read_aside(here: Account) -> None:
    queues = {source.queue for function in here.stack.spec.functions for source in function.sources}
    sent = {queue: [f"{text} {queue}" if text[0] in "t[" else text for text in UNREADABLE] for queue in queues}
    for queue, bodies in sent.items():
        here.send(queue, *bodies)
    dead = [queue for queue in here.stack.of("AWS::SQS::Queue") if queue.endswith("DeadLetters")]

    def found() -> dict[str, object]:
        return {body: why for queue in dead for body, why in here.dead(queue).items()}

    wanted = {body for bodies in sent.values() for body in bodies}
    here.eventually("all of them are dead letters", lambda: wanted <= set(found()), 90)
    assert all(why for body, why in found().items() if body in wanted)
    for queue in queues - {"Notices"}:  # where a notice waits until Slack takes the next one
        here.eventually(f"{queue} is empty", lambda queue=queue: here.depth(queue) == 0, 90)  # type: ignore[misc]


def test_an_event_that_lacks_what_it_has_to_have_is_a_dead_letter(here: Account) -> None:
    here.put(here.event(SPOT, {"instance-action": "terminate"}))
    here.put(here.event(SPOT, {"instance-id": 7, "instance-action": "terminate"}))

    def found() -> int:
        return sum('"instance-action"' in body for body in here.dead("DrainEventsDeadLetters"))

    here.eventually("both are dead letters", lambda: found() == 2, 60)


def test_a_forged_notice_is_told_as_not_verified(here: Account) -> None:
    sample = json.loads((here.events / "ballast_notice.json").read_text())["detail"]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    forged = {"cluster": "spot", "at": now, "incidentStartedAt": now, "incident": "forged", "id": "forged/DrainStarted"}
    here.put(here.event("ballast_notice", {**sample, **forged}))

    here.eventually("it is told so", lambda: any("not verified" in text.lower() for text in here.messages()), 90)
