"""What of a dump could not be asked, and why, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ballast.errors import BallastError, DeniedError


@dataclass(slots=True)
class Troubles:
    _said: dict[str, str] = field(default_factory=dict)

    def tried[T](self, what: str, call: Callable[[], T]) -> T | None:
        """What the call answers; None where it fails, which is noted as missing."""
        try:
            return call()
        except BallastError as error:
            why = "may not be asked by these credentials" if isinstance(error, DeniedError) else "could not be asked"
            self._said.setdefault(what, f"{what}: {why} ({getattr(error, 'operation', '') or error})")
            return None

    def note(self, sentence: str) -> None:
        self._said.setdefault(sentence, sentence)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(self._said.values())
