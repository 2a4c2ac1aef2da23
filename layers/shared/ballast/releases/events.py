"""What watch_bottlerocket hears: the schedule's round, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.records.event import SCHEDULE, Sweep, read_event, sweep

UNKNOWN = "{kind!r} from {source!r} asks for no check of releases: remove the rule that sends it here."


def parse(event: Mapping[str, Any]) -> Sweep:
    """Raise UnexpectedEventError in one sentence for any other event, or a malformed one."""
    return read_event(event, {SCHEDULE: sweep}, UNKNOWN)
