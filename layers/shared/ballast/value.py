"""What is a value here? A frozen dataclass with slots, made for a fifth of the price.

The standard decorator compiles __init__, __repr__, __eq__, __hash__ and two methods against changes for each class: half a
millisecond, at every cold start, for sixty to ninety classes a function. Here all classes share one of each, and __init__
is compiled for the first value (docs/decisions/0041-a-value-is-compiled-when-it-is-first-made.md, after 0016).
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
            # Without one the signature is looked for, at twice the price of the rest.
            kind.__doc__ = kind.__doc__ or kind.__name__
            kind = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(kind)
            kind.__init__ = _first_init(kind)
            kind.__repr__, kind.__eq__, kind.__hash__ = _repr, _eq, _hash
            kind.__setattr__, kind.__delattr__ = _set_once, _keep
            return kind

        return decorated


def _first_init(kind: Any) -> Callable[..., None]:
    def init(value: Any, *given: object, **named: object) -> None:
        kind.__init__ = _init(kind)
        kind.__init__(value, *given, **named)

    return init


def _init(kind: Any) -> Callable[..., None]:
    """What the standard decorator would have compiled; what it raises for arguments that are too many or too few, too."""
    names: dict[str, Any] = {"_set": object.__setattr__}
    taken, set_to = [], []
    for field in kind.__dataclass_fields__.values():
        name = field.name
        names |= {f"_default_{name}": field.default, f"_make_{name}": field.default_factory}
        has_default = field.default is not field.default_factory  # both are MISSING where it has neither
        taken.append(f"{name}=_default_{name}" if has_default else name)
        makes = f"_make_{name}() if {name} is _default_{name} else {name}"
        set_to.append(f" _set(self, {name!r}, {makes if callable(field.default_factory) else name})")
    exec("\n".join([f"def __init__(self, {', '.join(taken)}):", *set_to, " return None"]), names)  # noqa: S102 - our fields' names
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    return init


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
