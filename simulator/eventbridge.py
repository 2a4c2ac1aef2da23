"""Does a rule's event pattern match an event? As EventBridge answers it.

Semantics: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
Held against an oracle by tests/simulator/eventbridge_cases.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from simulator.eventbridge_operators import COMPARISONS, Leaf

type Alternative = dict[str, "Alternative | Leaf"]

MAX_COMBINATIONS = 1000
# Inside $or these are the names of operators, so EventBridge takes none of them for a field.
RESERVED_IN_OR = frozenset(COMPARISONS) | {
    "anything-but",
    "cidr",
    "date-after",
    "date-before",
    "date-on-or-after",
    "date-on-or-before",
    "equals-ignore-case",
    "exactly",
    "exists",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
    "not-equals-ignore-case",
    "not-wildcard",
    "numeric",
    "prefix",
    "regex",
    "suffix",
    "wildcard",
}


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether a rule with this pattern fires on this event; ValueError when it is malformed."""
    return any(_object_matches(each, event) for each in _compiled(json.dumps(pattern)))


def validate(pattern: Mapping[str, Any]) -> None:
    """Raise ValueError with one sentence when EventBridge would refuse the pattern."""
    _compiled(json.dumps(pattern))


def _object_matches(alternative: Alternative, value: Any) -> bool:
    here: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    for key, wanted in alternative.items():
        found = here.get(key, [])
        if isinstance(wanted, Leaf):
            if not wanted.matches(v for v in _elements(found) if not isinstance(v, Mapping)):
                return False
        else:
            # Fields of one array element must match together; a missing object is an empty one.
            objects = [v for v in _elements(found) if isinstance(v, Mapping)] or [{}]
            if not any(_object_matches(wanted, each) for each in objects):
                return False
    return True


def _elements(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _elements(each)
    else:
        yield value


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> list[Alternative]:
    # EventBridge first reads $or as the operator, and where that fails as the name of a field.
    parsed = json.loads(pattern)
    if _or_product(parsed) > MAX_COMBINATIONS:
        raise ValueError(f"The pattern has more than {MAX_COMBINATIONS} $or combinations.")
    try:
        return _expand(parsed, [{}], (), knows_or=True)
    except ValueError:
        return _expand(parsed, [{}], (), knows_or=False)


def _or_product(node: Any) -> int:
    product = 1
    for key, value in node.items() if isinstance(node, dict) else ():
        members = value if key == "$or" and isinstance(value, list) else [value]
        product *= max(1, len(members))
        for member in members:
            product *= _or_product(member)
    return product


def _expand(
    node: Any,
    alternatives: list[Alternative],
    path: tuple[str, ...],
    *,
    knows_or: bool,
    inside_or: bool = False,
) -> list[Alternative]:
    """Write `node` into every alternative (the last write wins); an $or forks them."""
    where = ".".join(path) or "The pattern"
    if not isinstance(node, dict) or not node:
        raise ValueError(f"{where} must be an object with at least one key.")
    for key, value in node.items():
        if key == "$or" and knows_or:
            if not isinstance(value, list) or len(value) < 2:
                raise ValueError(f"$or in {where} needs a list of at least two objects.")
            alternatives = [
                forked
                for branch in value
                for forked in _expand(branch, [_copy(a) for a in alternatives], path, knows_or=True, inside_or=True)
            ]
            continue
        if inside_or and key in RESERVED_IN_OR:
            raise ValueError(f"{key} is an operator and cannot be a field inside $or.")
        inner = (*path, *key.split("."))
        if isinstance(value, dict):
            alternatives = _expand(value, alternatives, inner, knows_or=knows_or, inside_or=inside_or)
        elif isinstance(value, list):
            leaf = Leaf.parse(".".join(inner), value)
            alternatives = [a for a in alternatives if _write(a, inner, leaf)]
        else:
            raise ValueError(f"{'.'.join(inner)} must be an object or an array.")  # noqa: TRY004
    return alternatives


def _copy(alternative: Alternative) -> Alternative:
    return {k: v if isinstance(v, Leaf) else _copy(v) for k, v in alternative.items()}


def _write(alternative: Alternative, path: tuple[str, ...], leaf: Leaf) -> bool:
    """Set the leaf; False where a field would have to be a value and an object at once."""
    node = alternative
    for part in path[:-1]:
        child = node.setdefault(part, {})
        if isinstance(child, Leaf):
            return False
        node = child
    if isinstance(node.get(path[-1], leaf), dict):
        return False
    node[path[-1]] = leaf
    return True
