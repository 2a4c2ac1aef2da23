"""Does a role's policy allow a request? Any Deny refuses, else some Allow must match, else it is refused too.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from simulator.iam.conditions import Comparison, Context, read_condition
from simulator.iam.matching import action_like, resource_like


@dataclass(frozen=True, slots=True)
class Statement:
    """`inverted` holds the elements that were written as NotAction and NotResource."""

    sid: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    tests: tuple[Comparison, ...]
    inverted: frozenset[str] = frozenset()

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """ValueError with one sentence where the statement is not one of an identity policy."""
        known = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
        if unknown := set(raw) - known:
            raise ValueError(f"A statement of a role has {min(unknown)}.")
        inverted = frozenset(name for name in ("Action", "Resource") if f"Not{name}" in raw)
        actions, resources = (_listed(raw.get(name, raw.get(f"Not{name}"))) for name in ("Action", "Resource"))
        if not actions or not resources or raw["Effect"] not in {"Allow", "Deny"}:
            raise ValueError(f"The statement {raw.get('Sid', '')} lacks an effect, an action or a resource.")
        return cls(
            sid=raw.get("Sid", ""),
            allows=raw["Effect"] == "Allow",
            actions=actions,
            resources=resources,
            tests=read_condition(raw.get("Condition", {})),
            inverted=inverted,
        )

    def matches(self, action: str, resource: str, context: Context) -> bool:
        return (
            self.has_action(action)
            and any(resource_like(each, resource) for each in self.resources) != ("Resource" in self.inverted)
            and all(test.holds(context) for test in self.tests)
        )

    def has_action(self, action: str) -> bool:
        return any(action_like(each, action) for each in self.actions) != ("Action" in self.inverted)


@dataclass(frozen=True, slots=True)
class Policy:
    """All statements of a role's identity policies together."""

    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, documents: Sequence[Mapping[str, Any]]) -> Self:
        """From policy documents whose intrinsic functions are resolved."""
        return cls(tuple(Statement.read(each) for document in documents for each in _statements(document)))

    def allowing(self, action: str, resource: str, context: Context) -> tuple[Statement, ...]:
        """The statements that allow it; none when it is refused."""
        found = tuple(each for each in self.statements if each.matches(action, resource, context))
        return found if all(each.allows for each in found) else ()

    def denies(self, action: str, resource: str, context: Context) -> bool:
        """Whether a Deny, not the want of an Allow, refuses it."""
        return any(not each.allows and each.matches(action, resource, context) for each in self.statements)

    def without(self, statement: Statement) -> Policy:
        return Policy(tuple(each for each in self.statements if each is not statement))


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document["Statement"]
    return [found] if isinstance(found, Mapping) else found


def _listed(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
