"""What somebody who reads a notice may decide; docs/events.md documents it as `asked`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.records.field import items, maybe_name_in, name_in
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody who reads it may decide about: a rollout, or without variant and architecture the pause of its cluster."""

    do: tuple[str, ...]  # commands that fit
    plan: str  # as it is now (`records.fingerprint`): the answer holds for nothing else
    variant: str | None = None
    arch: str | None = None
    version: str | None = None


def read_asked(detail: Mapping[str, Any]) -> Asked:
    names = (maybe_name_in(detail, name) for name in ("variant", "arch", "version"))
    do = tuple(name_in({"do": each}, "do") for each in items(detail, "do"))
    return Asked(do, name_in(detail, "plan"), *names)
