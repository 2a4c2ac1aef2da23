"""How is one thing in trouble kept apart from the others? What cannot be decided or done fails alone, and is logged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ballast.errors import TransientError
from ballast.plans.plan import Plan
from ballast.telemetry import logger

UNDECIDED = Plan("it could not be decided")


def decided(key: str, decide: Callable[[], Plan]) -> Plan:
    """The plan; one that cannot be made is logged with its key, and is UNDECIDED."""
    try:
        return decide()
    except Exception:  # noqa: BLE001 - one plan in trouble must not hold up the others
        logger.exception("cannot decide", about=key)
        return UNDECIDED


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
