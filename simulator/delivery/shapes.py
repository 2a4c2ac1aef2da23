"""Could AWS have given this answer? Every answer is held against botocore's own output shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Never

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

type Check = Callable[[Any, str], None]

SCALARS: dict[str, tuple[type, ...]] = {
    "blob": (bytes,),
    "boolean": (bool,),
    "double": (float, int),
    "float": (float, int),
    "integer": (int,),
    "long": (int,),
    "string": (str,),
    "timestamp": (datetime,),
}


@cache
def checker(shape: Shape) -> Check:
    """A function that raises AssertionError, naming the path, when a value does not fit the shape."""
    match shape:
        case StructureShape():
            return _structure(shape)
        case ListShape():
            return _list(shape)
        case MapShape():
            return _map(shape)
        case _:
            return _scalar(shape)


def _structure(shape: StructureShape) -> Check:
    members: dict[str, Check] = {}
    exact: dict[str, frozenset[type]] = {}  # what needs no look into it, nor a path for it

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            _complain(path, value, f"structure {shape.name}")
        for key, each in value.items():
            if key not in members:
                if key not in shape.members:
                    raise AssertionError(f"{path}.{key} does not exist in AWS's {shape.name}.")
                members[key] = checker(shape.members[key])  # late, as shapes may be recursive
                exact[key] = _exact(shape.members[key])
            if type(each) not in exact[key]:
                members[key](each, f"{path}.{key}")

    return check


def _list(shape: ListShape) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            _complain(path, value, "list")
        inner, exact = checker(shape.member), _exact(shape.member)
        for index, each in enumerate(value):
            if type(each) not in exact:
                inner(each, f"{path}[{index}]")

    return check


def _map(shape: MapShape) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            _complain(path, value, "map")
        inner, exact = checker(shape.value), _exact(shape.value)
        for key, each in value.items():
            if type(each) not in exact:
                inner(each, f"{path}[{key!r}]")

    return check


@cache
def _exact(shape: Shape) -> frozenset[type]:
    """Types of which every value fits; none where more than its type counts."""
    is_choice = isinstance(shape, StringShape) and shape.enum
    return frozenset() if is_choice else frozenset(SCALARS.get(shape.type_name, ()))


def _scalar(shape: Shape) -> Check:
    types = SCALARS[shape.type_name]
    enum = frozenset(shape.enum) if isinstance(shape, StringShape) and shape.enum else None
    refuses_bool = bool not in types

    def check(value: Any, path: str) -> None:
        if not isinstance(value, types) or (refuses_bool and isinstance(value, bool)):
            _complain(path, value, shape.type_name)
        if enum is not None and value not in enum:
            raise AssertionError(f"{path} is {value!r}; AWS knows {', '.join(sorted(enum))}.")

    return check


def _complain(path: str, value: Any, wanted: str) -> Never:
    raise AssertionError(f"{path} is {value!r}; AWS gives a {wanted}.")
