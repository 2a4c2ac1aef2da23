"""Was the test incident taken in, and where should it arrive? What only people can see is said to them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from ballast import clock
from ballast.aws import operator_calls
from ballast.aws.operator_calls import Stack
from ballast.errors import BallastError, CallFailedError
from ballast.records.command import Command
from ballast.words.trial import incident_of

WAITS_S = 90.0  # its queue, a cold start, and the log, which a search finds some seconds later
LOOKS_EVERY_S = 5.0


class NotTakenInError(BallastError):
    """publish_notification has not logged it."""


def follow(stack: Stack, command: Command) -> Sequence[str]:
    """Lines that say so. Raises NotTakenInError where the notice is not in the log in time."""
    lines = [*_taken_in(stack, command), *_where(stack, command)]
    return [*lines, "What does not arrive there: docs/operating.md#test."]


def _taken_in(stack: Stack, command: Command) -> Iterator[str]:
    if stack.history is None:
        yield "Whether publish_notification takes it in cannot be seen: the stack is of an older version."
        return
    since = clock.utc_now() - timedelta(minutes=5)
    for _ in range(int(WAITS_S / LOOKS_EVERY_S)):
        try:
            found = operator_calls.told(stack.history, since, clock.utc_now(), incident=incident_of(command))
            if next(iter(found), None):
                yield "publish_notification has taken it in."
                return
        except CallFailedError as error:
            yield f"Whether publish_notification takes it in cannot be seen: {str(error).rstrip('.')}."
            return
        time.sleep(LOOKS_EVERY_S)
    raise NotTakenInError(
        f"It was told, and publish_notification has not taken it in within {WAITS_S:.0f} s: look at the alarms of the stack, "
        "at the queue Notices and its dead letters (docs/operating.md#test)"
    )


def _where(stack: Stack, command: Command) -> Iterator[str]:
    soon = "at once" if command.severity == "page" else "within a minute or two"
    channel = stack.parameters.get("SlackChannel", "")
    yield f"It is to arrive {soon}: at the subscribers of the topic that take its severity ({command.severity})"
    yield f"and in the Slack channel {channel}." if channel else "and nowhere in Slack, as SlackChannel is empty."
