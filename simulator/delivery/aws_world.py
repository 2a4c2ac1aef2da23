"""What the delivery half needs of a world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class AwsWorld(Protocol):
    """Answers calls, and tells its events to who listens."""

    def handle(
        self, service: str, operation: str, params: Mapping[str, Any], *, actor: str = ...
    ) -> dict[str, Any]: ...

    def check_refused(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise for a call that the scenario has refused; `handle` does so by itself."""

    def subscribe(self, listener: Callable[[dict[str, Any]], None]) -> None: ...
