"""What goes wrong on the wire: services that throttle, that answer nothing for a while, and connections that break."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock

from simulator.delivery.throttling import CODES, refusal
from simulator.world.core.errors import AwsError


class ResetConnectionError(Exception):
    """The connection ends without an answer."""


@dataclass(slots=True)
class Trouble:
    """Each kind by service; what is frozen answers once `until` has come, as monotonic seconds."""

    throttled: dict[str, int] = field(default_factory=dict)
    reset: dict[str, int] = field(default_factory=dict)
    frozen_until: dict[str, float] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def throttle(self, service: str, times: int) -> None:
        """The next calls of the service are throttled."""
        self.throttled[service] = times

    def break_connections(self, service: str, times: int) -> None:
        """The next calls of the service end in a reset."""
        self.reset[service] = times

    def freeze(self, service: str, for_s: float) -> None:
        """The service takes requests and answers none of them for so long."""
        self.frozen_until[service] = time.monotonic() + for_s

    def meet(self, service: str) -> None:
        """Wait, raise AwsError or ResetConnectionError as long as there is trouble; else do nothing."""
        while (left_s := self.frozen_until.get(service, 0.0) - time.monotonic()) > 0:
            self.met.append(f"frozen {service}")
            time.sleep(min(left_s, 1.0))
        if self._takes(self.reset, service):
            self.met.append(f"reset {service}")
            raise ResetConnectionError
        if self._takes(self.throttled, service):
            self.met.append(f"throttled {service}")
            raise refusal(service) if service in CODES else AwsError("ThrottlingException", "Rate exceeded")

    def _takes(self, counts: dict[str, int], service: str) -> bool:
        with self._lock:
            left = counts.get(service, 0)
            counts[service] = max(0, left - 1)
            return left > 0
