from __future__ import annotations

from random import Random

from simulator.clock import Clock
from simulator.delivery.faults import NO_FAULTS, Dice, Faults
from simulator.delivery.queues import Message, Queue
from simulator.delivery.template import QueueSpec


def a_queue(clock: Clock, *, faults: Faults = NO_FAULTS, dead: list[Message] | None = None) -> Queue:
    spec = QueueSpec(
        name="Events",
        visibility_timeout_s=30,
        retention_s=3600,
        delay_s=0,
        dead_letter_queue="DeadLetters",
        max_receive_count=2,
    )
    found: list[Message] = [] if dead is None else dead
    dice = Dice(Random(1), faults)  # noqa: S311 - chance, not secrecy
    return Queue(spec, clock, dice, redrive=lambda _, message: found.append(message))


def test_a_received_message_is_hidden_for_the_visibility_timeout() -> None:
    clock = Clock()
    queue = a_queue(clock)
    queue.send("a")

    assert [r.message.body for r in queue.receive(10)] == ["a"]
    clock.run_until(29)
    assert queue.receive(10) == []
    clock.run_until(31)
    assert [r.number for r in queue.receive(10)] == [2]


def test_a_deleted_message_never_comes_back() -> None:
    clock = Clock()
    queue = a_queue(clock)
    queue.send("a")
    queue.delete(queue.receive(1)[0])
    clock.run_until(100)

    assert queue.receive(10) == []
    assert len(queue) == 0


def test_a_message_received_too_often_goes_to_the_dead_letter_queue() -> None:
    clock = Clock()
    dead: list[Message] = []
    queue = a_queue(clock, dead=dead)
    queue.send("a")
    for _ in range(3):
        queue.receive(1)
        clock.run_until(clock.now_s + 31)

    assert [message.body for message in dead] == ["a"]
    assert len(queue) == 0


def test_a_delayed_message_is_not_there_at_once() -> None:
    clock = Clock()
    queue = a_queue(clock)
    queue.send("a", delay_s=10)

    assert queue.receive(1) == []
    clock.run_until(10)
    assert len(queue.receive(1)) == 1


def test_a_message_older_than_the_retention_period_is_gone() -> None:
    clock = Clock()
    queue = a_queue(clock)
    queue.send("a")
    clock.run_until(3601)

    assert queue.receive(1) == []
    assert [message.body for message in queue.expired] == ["a"]


def test_a_duplicate_is_delivered_while_the_first_is_in_flight() -> None:
    clock = Clock()
    queue = a_queue(clock, faults=Faults(duplicate_message=1))
    queue.send("a")
    [first] = queue.receive(10)
    clock.run_until(6)
    [second] = queue.receive(10)

    assert first.message.id == second.message.id


def test_the_visibility_timeout_counts_from_the_last_receive() -> None:
    clock = Clock()
    queue = a_queue(clock, faults=Faults(duplicate_message=1))
    queue.send("a")
    queue.receive(1)
    clock.run_until(6)
    queue.dice.faults = NO_FAULTS
    queue.receive(1)
    clock.run_until(35)
    assert queue.visible == 0
    clock.run_until(37)

    assert queue.visible == 1
