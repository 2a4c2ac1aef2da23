"""What is a value here? A frozen dataclass with slots, made for a third of the price.

The standard decorator compiles __repr__, __eq__, __hash__ and two methods against changes for each class: half a
millisecond, at every cold start, for sixty to ninety classes a function. Here all classes share one of each
(docs/decisions/0016-values-that-are-cheap-to-import.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - so that mypy knows the standard one
else:
    import dataclasses

    def dataclass(**options: bool) -> Callable[[type], type]:
        """As `dataclasses.dataclass(frozen=True, slots=True)`, and only so."""
        if options != {"frozen": True, "slots": True}:
            raise TypeError("A value is @dataclass(frozen=True, slots=True); take dataclasses.dataclass for others.")

        def decorated(kind: type) -> type:
            kind = dataclasses.dataclass(repr=False, eq=False, slots=True)(kind)
            kind.__repr__, kind.__eq__, kind.__hash__ = _repr, _eq, _hash
            kind.__setattr__, kind.__delattr__ = _set_once, _keep
            return kind

        return decorated


def _fields(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in value.__match_args__)


def _repr(value: Any) -> str:
    named = (f"{name}={getattr(value, name)!r}" for name in value.__match_args__)
    return f"{type(value).__qualname__}({', '.join(named)})"


def _eq(value: Any, other: object) -> Any:
    return _fields(value) == _fields(other) if type(value) is type(other) else NotImplemented


def _hash(value: Any) -> int:
    return hash(_fields(value))


def _set_once(value: Any, name: str, content: object) -> None:
    """Its __init__ sets each field; nobody sets one again."""
    if hasattr(value, name):
        raise AttributeError(f"{type(value).__qualname__}.{name} cannot be changed: make another one with replace().")
    object.__setattr__(value, name, content)


def _keep(value: Any, name: str) -> None:
    raise AttributeError(f"{type(value).__qualname__}.{name} cannot be deleted.")
