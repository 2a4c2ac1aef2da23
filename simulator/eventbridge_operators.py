"""What may stand in the list of one field of an event pattern, and which values it takes.

Semantics: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from simulator.eventbridge_addresses import in_network

type Test = Callable[[Any], bool]

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NEGATABLE = ("prefix", "suffix", "equals-ignore-case", "wildcard")


@dataclass(frozen=True, slots=True)
class Leaf:
    """The values one field may have: any of `tests`, or whether it is there is in `presence`."""

    tests: tuple[Test, ...]
    presence: frozenset[bool]

    @classmethod
    def parse(cls, field: str, values: list[Any]) -> Self:
        """Read the list of one field; ValueError with one sentence naming the field."""
        if not values:
            raise ValueError(f"{field}: an empty list matches nothing.")
        try:
            presence = [_presence(v) for v in values if _is_exists(v)]
            return cls(
                tests=tuple(_test(v) for v in values if not _is_exists(v)),
                presence=frozenset(presence),
            )
        except ValueError as error:
            raise ValueError(f"{field}: {error}.") from error

    def matches(self, values: Iterable[Any]) -> bool:
        found = list(values)
        return bool(found) in self.presence or any(test(v) for v in found for test in self.tests)


def _is_exists(value: Any) -> bool:
    return isinstance(value, dict) and "exists" in value


def _presence(value: dict[str, Any]) -> bool:
    match value:
        case {"exists": bool(wanted)} if len(value) == 1:
            return wanted
    raise ValueError("exists takes true or false and stands alone")


def _test(value: Any) -> Test:
    match value:
        case list():
            raise ValueError("a value must be a string, number, true, false, null or an operator")
        case dict() if len(value) != 1:
            raise ValueError("a match expression has exactly one operator")
        case dict():
            [(name, operand)] = value.items()
            return _operator(name, operand)
        case _:
            return lambda found: _equal(found, value)


def _equal(found: Any, wanted: Any) -> bool:
    # Python takes True for 1; JSON does not.
    return isinstance(found, bool) == isinstance(wanted, bool) and bool(found == wanted)


def _operator(name: str, operand: Any) -> Test:
    match name:
        case "exactly":
            text = _text(name, operand)
            return lambda found: _equal(found, text)
        case "prefix" | "suffix":
            return _affix(name, operand)
        case "equals-ignore-case":
            either_case = _either_case(_text(name, operand))
            return lambda found: isinstance(found, str) and bool(either_case.fullmatch(found))
        case "wildcard":
            glob = _glob(_text(name, operand))
            return lambda found: isinstance(found, str) and bool(glob.fullmatch(found))
        case "cidr":
            return in_network(_text(name, operand))
        case "numeric":
            return _numeric(operand)
        case "anything-but":
            return _anything_but(operand)
        case _:
            raise ValueError(f"{name} is no operator")


def _text(name: str, operand: Any) -> str:
    if not isinstance(operand, str):
        raise ValueError(f"{name} takes a string")  # noqa: TRY004 - one kind of error for a pattern
    return operand


def _affix(name: str, operand: Any) -> Test:
    match operand:
        case {"equals-ignore-case": ignoring_case} if len(operand) == 1:
            start, end = ("", ".*") if name == "prefix" else (".*", "")
            body = _either_case(_text(name, ignoring_case)).pattern
            compiled = re.compile(start + body + end, re.DOTALL)
            return lambda found: isinstance(found, str) and bool(compiled.fullmatch(found))
        case _:
            text = _text(name, operand)
            has = str.startswith if name == "prefix" else str.endswith
            return lambda found: isinstance(found, str) and has(found, text)


def _either_case(text: str) -> re.Pattern[str]:
    """Each character in its lower or upper case, as EventBridge folds: ß matches SS, not ss."""
    parts = (f"(?:{re.escape(c.lower())}|{re.escape(c.upper())})" for c in text)
    return re.compile("".join(parts), re.DOTALL)


def _glob(text: str) -> re.Pattern[str]:
    if re.search(r"\\(?![*\\])", re.sub(r"\\[*\\]", "", text)):
        raise ValueError("in a wildcard a backslash escapes * or another backslash only")
    tokens = re.findall(r"\\[*\\]|\*|[^*\\]+", text)
    if any(a == b == "*" for a, b in pairwise(tokens)):
        raise ValueError("a wildcard has no two * side by side")
    parts = (".*" if t == "*" else re.escape(t[1:] if t[0] == "\\" else t) for t in tokens)
    return re.compile("".join(parts), re.DOTALL)


def _numeric(operand: Any) -> Test:
    match operand:
        case [str(sign), bound] if sign in COMPARISONS:
            limits = [(COMPARISONS[sign], _number(bound))]
        case [">" | ">=" as low, bottom, "<" | "<=" as high, top]:
            limits = [(COMPARISONS[low], _number(bottom)), (COMPARISONS[high], _number(top))]
            if limits[0][1] >= limits[1][1]:
                raise ValueError("a numeric range goes from the smaller to the larger number")
        case _:
            raise ValueError("numeric takes an operator and a number, or a range like > 0 <= 5")
    return lambda found: (
        isinstance(found, int | float)
        and not isinstance(found, bool)
        and all(holds(float(found), limit) for holds, limit in limits)
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number")  # noqa: TRY004 - as above
    if abs(value) > 2**1023 or int(float(value)) != int(value):
        raise ValueError(f"{value} cannot be compared exactly")
    return float(value)


def _anything_but(operand: Any) -> Test:
    match operand:
        case dict() if len(operand) == 1:
            [(name, inner)] = operand.items()
            texts = inner if isinstance(inner, list) else [inner]
            if name not in NEGATABLE or not texts or not all(isinstance(t, str) for t in texts):
                raise ValueError(f"anything-but cannot negate {name} of {inner!r}")
            if name in {"prefix", "suffix"} and "" in texts:
                raise ValueError(f"anything-but with an empty {name} excludes every text")
            excluded = [_operator(name, text) for text in texts]
        case list() if operand and (
            all(isinstance(v, str) for v in operand) or all(_number(v) is not None for v in operand)
        ):
            excluded = [_test(value) for value in operand]
        case str() | int() | float():
            if not isinstance(operand, str):
                _number(operand)
            excluded = [_test(operand)]
        case _:
            raise ValueError("anything-but takes strings, numbers or one operator to negate")
    return lambda found: not any(test(found) for test in excluded)
