"""What is remembered of the answers of AWS as long as the execution environment lives, all in one place."""

from __future__ import annotations

from typing import Any

_all: dict[str, dict[Any, Any]] = {}


def kept(name: str) -> dict[Any, Any]:
    """What `name` has put there; a mapping of its own for each name."""
    return _all.setdefault(name, {})
