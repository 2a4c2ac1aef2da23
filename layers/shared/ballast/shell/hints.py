"""Does Ballast itself say that there is something to look at? What only looks so costs no round of looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ballast.errors import TransientError
from ballast.records.disruption import INSTANCE_DRAINED
from ballast.records.release import AVAILABLE, RECALLED
from ballast.telemetry import logger
from ballast.update.events import UpdateEvent, parse

if TYPE_CHECKING:
    from ballast.aws.seal import Seal

SIGNED = frozenset({AVAILABLE, INSTANCE_DRAINED, RECALLED})  # people send commands, and AWS what comes from `aws.…`


class Hints:
    """Of one batch."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._made: Seal | None = None

    def parse(self, event: Mapping[str, Any]) -> UpdateEvent | None:
        """As `update.events.parse`; None for what nobody vouches for: the sweep finds within a minute what is true of it."""
        read = parse(event)
        kind = event["detail-type"]
        if kind in SIGNED and self._is_forged(kind, event["detail"]):
            logger.warning("not signed by this stack, so left to the sweep", kind=kind, event=read)
            return None
        return read

    def _is_forged(self, kind: str, detail: Mapping[str, Any]) -> bool:
        """Not where nobody knows: a hint does no harm."""
        if self._made is None:
            from ballast.aws.seal import Seal  # noqa: PLC0415 - most batches bring no such event

            self._made = Seal(self._table)
        try:
            return self._made.verifies(kind, detail) is False
        except TransientError:
            return False
