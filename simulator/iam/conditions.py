"""Does a request meet a statement's Condition? All operators and keys must hold, any value of a key is enough.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from simulator.iam.matching import arn_like, like

type Context = Mapping[
    str, tuple[str, ...]
]  # values by key in lower case; a key that is not in the request is not here

MATCHES: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringEqualsIgnoreCase": lambda wanted, given: wanted.lower() == given.lower(),
    "StringLike": like,
    "ArnEquals": arn_like,  # both ARN operators know wildcards
    "ArnLike": arn_like,
    "Bool": lambda wanted, given: wanted.lower() == given.lower(),
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
IF_EXISTS = "IfExists"
SETS = ("ForAllValues", "ForAnyValue")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One key under one operator."""

    set_operator: str | None
    operator: str
    if_exists: bool
    key: str  # as the policy writes it
    values: tuple[str, ...]

    @classmethod
    def read(cls, operator: str, key: str, values: Any) -> Self:
        """ValueError for what this evaluator does not know: it must not guess."""
        set_operator, _, bare = operator.rpartition(":")
        if_exists = bare.endswith(IF_EXISTS)
        bare = bare.removesuffix(IF_EXISTS)
        if set_operator not in {"", *SETS} or bare not in {*MATCHES, *NEGATED, "Null"}:
            raise ValueError(f"The condition operator {operator} is not modelled.")
        texts = tuple(_text(value) for value in (values if isinstance(values, list) else [values]))
        if any("${" in text for text in texts):
            raise ValueError(f"The policy variable in {key} is not modelled.")
        return cls(set_operator or None, bare, if_exists, key, texts)

    def holds(self, context: Context) -> bool:
        given = context.get(self.key.lower())
        if self.operator == "Null":
            return (given is None) == (self.values == ("true",))
        if not given:
            negated_or_all = self.operator in NEGATED and self.set_operator is None
            return self.if_exists or self.set_operator == "ForAllValues" or negated_or_all
        fulfilled = (self._holds_for(value) for value in given)
        # A plain operator is for keys with one value. Several are never better than the worst of them.
        return any(fulfilled) if self.set_operator == "ForAnyValue" else all(fulfilled)

    def _holds_for(self, given: str) -> bool:
        matches = MATCHES[NEGATED.get(self.operator, self.operator)]
        return any(matches(wanted, given) for wanted in self.values) != (self.operator in NEGATED)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_condition(raw: Mapping[str, Mapping[str, Any]]) -> tuple[Comparison, ...]:
    return tuple(
        Comparison.read(operator, key, values) for operator, keys in raw.items() for key, values in keys.items()
    )
