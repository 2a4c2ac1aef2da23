"""How does a batch become work? Each record, each cluster, each race on its own: what fails comes again, the rest goes on.

By hand: Powertools' BatchProcessor handles records one by one, and imports every event class it knows at each cold start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from ballast import clock
from ballast.errors import CallFailedError, TransientError, UnexpectedEventError
from ballast.records.field import sentence, shown
from ballast.telemetry import logger

ROUNDS = 3  # of looking again, when another function changed the ledger in between
LATE = timedelta(
    minutes=10
)  # of a schedule's event, from which the queue is behind; who does nothing at all rings by itself

type Response = dict[str, list[dict[str, str]]]

if TYPE_CHECKING:

    class LambdaContext(Protocol):
        """Of https://docs.aws.amazon.com/lambda/latest/dg/python-context.html what is needed here."""

        def get_remaining_time_in_millis(self) -> int: ...

    class Named(Protocol):
        """A cluster, known no further."""

        @property
        def name(self) -> str: ...


def run[T](
    event: Mapping[str, Any],
    context: LambdaContext,
    *,
    parse: Callable[[Mapping[str, Any]], T | None],
    act: Callable[[Sequence[T]], Sequence[T]],
    dead_letter: Callable[[str, str], None],
    tells_late: bool = True,
) -> Response:
    """Answer SQS with the records to retry (ReportBatchItemFailures), before Lambda's `context` stops the run.

    `parse` gets one EventBridge event; None is nothing to act on. It may raise UnexpectedEventError: that record goes to
    `dead_letter(body, why)` and counts as handled. With `tells_late` so does a copy of the oldest event of a schedule that is
    LATE: the alarm of the dead letters tells of a queue that is behind. `act` gets all readable items and returns those that
    must come again, by identity.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    with clock.ends_after(context.get_remaining_time_in_millis()):
        if tells_late:
            _tell_late(event["Records"], dead_letter)
        return _handled(event["Records"], parse, act, dead_letter)


def _handled[T](
    records: Iterable[Mapping[str, Any]],
    parse: Callable[[Mapping[str, Any]], T | None],
    act: Callable[[Sequence[T]], Sequence[T]],
    dead_letter: Callable[[str, str], None],
) -> Response:
    read: list[tuple[str, T]] = []
    failed: list[str] = []
    for record in records:
        name = record["messageId"]
        try:
            read += [(name, item) for item in _read(record["body"], parse, dead_letter)]
        except Exception:  # noqa: BLE001 - one record in trouble must not hold up the others
            logger.exception("cannot read the record")
            failed.append(name)
    again = {id(item) for item in act([item for _, item in read])} if read else set()
    failed += [name for name, item in read if id(item) in again]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _read[T](
    body: str, parse: Callable[[Mapping[str, Any]], T | None], dead_letter: Callable[[str, str], None]
) -> Sequence[T]:
    try:
        item = parse(_load(body))
    except UnexpectedEventError as error:
        logger.error("Unreadable event dead-lettered", why=str(error))
        dead_letter(body, str(error))
        return []
    return [] if item is None else [item]


def _tell_late(records: Sequence[Mapping[str, Any]], dead_letter: Callable[[str, str], None]) -> None:
    """One of a batch is enough. That it cannot be set aside holds up nothing."""
    sent = [(_sent_at(record), record["body"]) for record in records if '"Scheduled Event"' in record["body"]]
    age, body = max(((clock.utc_now() - at, body) for at, body in sent if at), default=(timedelta(), ""))
    if age >= LATE:
        why = f"Handled {age // timedelta(minutes=1)} minutes after its time: this function is behind with its queue."
        logger.error("late event dead-lettered", why=why)
        each_alone([body], lambda late: dead_letter(late, why), "cannot set the late event aside")


def _sent_at(record: Mapping[str, Any]) -> datetime | None:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html."""
    sent_ms = record.get("attributes", {}).get("SentTimestamp")
    return datetime.fromtimestamp(int(sent_ms) / 1000, UTC) if sent_ms else None


def _load(body: str) -> Mapping[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:  # also numbers of thousands of digits, and very deep nesting
        raise UnexpectedEventError(
            sentence(f"The message is not JSON ({error}); expected an EventBridge event.")
        ) from error
    if not isinstance(event, dict):
        raise UnexpectedEventError(
            f"The message is a JSON {type(event).__name__}; expected an EventBridge event object."
        )
    return event


def each_alone[I, T](
    items: Iterable[I], step: Callable[[I], T], trouble: str
) -> tuple[list[tuple[I, T]], list[I]]:  # fmt: skip
    """What `step` answered for each item, and the items for which it raised, which is logged with `trouble`."""
    answers: list[tuple[I, T]] = []
    failed: list[I] = []
    for item in items:
        try:
            answers.append((item, step(item)))
        except Exception:  # noqa: BLE001 - one item in trouble must not hold up the others
            logger.exception(trouble, item=shown(item))
            failed.append(item)
    return answers, failed


def decided[T](key: str, decide: Callable[[], T], undecided: T) -> T:
    """The plan; for one that cannot be made, which is logged with its key, `undecided`."""
    try:
        return decide()
    except Exception:  # noqa: BLE001 - one plan in trouble must not hold up the others
        logger.exception("cannot decide", about=key)
        return undecided


def each_apart[T](work: Sequence[T], step: Callable[[Sequence[T]], Sequence[T]], trouble: str) -> Sequence[T]:
    """What `step` could not do of the work. Where it raises, each is tried by itself, so that only the culprit fails.

    But for what AWS was too busy for: that concerns them all, and asking for each would take more time than there is.
    """
    try:
        return step(work)
    except Exception as error:  # noqa: BLE001 - one in trouble must not hold up the others
        if len(work) == 1 or isinstance(error, TransientError):
            logger.exception(trouble)
            return work
        return [left for one in work for left in each_apart([one], step, trouble)]


def in_time[C: Named](clusters: Iterable[C], began: datetime, at_most: timedelta) -> Iterator[C]:
    """Those that there is time for; the others have their turn first in a later round."""
    for cluster in clusters:
        if clock.utc_now() - began >= at_most:
            logger.info("no time for more clusters in this round", next=cluster.name)
            return
        yield cluster


def for_each_cluster[C: Named, T](clusters: Iterable[C], step: Callable[[C], T], trouble: str) -> dict[str, T | None]:
    """What `step` answered, by the cluster's name; None where it raised, which is logged with `trouble` as the message."""
    return {cluster.name: _answer(cluster, step, trouble) for cluster in clusters}


def _answer[C: Named, T](cluster: C, step: Callable[[C], T], trouble: str) -> T | None:
    try:
        return step(cluster)
    except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
        logger.exception(trouble, cluster=cluster.name)
        return None


def until_not_raced[T](work: Sequence[T], step: Callable[[Sequence[T]], Sequence[T] | None]) -> bool:
    """Whether all is done. `step` answers what it must look at again, since others were faster; None when it failed."""
    for _ in range(ROUNDS):
        left = step(work)
        if not left:
            return left is not None
        work = left
    return False


def unless_refused[T](call: Callable[[], T], trouble: str) -> T | None:
    """What AWS answered, or None: who could not be asked has not said anything, and what needs no answer goes on."""
    try:
        return call()
    except CallFailedError as error:
        logger.warning(trouble, why=str(error))
        return None
