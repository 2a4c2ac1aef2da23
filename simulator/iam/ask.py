"""What a call asks for: an action on a resource, with what is known of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simulator.iam.conditions import Context
from simulator.iam.reference import reference

ANYTHING = "*"  # the resource of a request on none in particular
OF_TAGS = ("aws:ResourceTag", "ssm:resourceTag", "secretsmanager:ResourceTag")

type Pairs = tuple[tuple[str, str], ...]


class Ask(NamedTuple):
    """One thing that must be allowed; hashable, so that the same is judged once."""

    action: str
    resource: str = ANYTHING
    kind: str | None = None  # its resource type in the reference
    tags: Pairs = ()  # of the resource
    facts: tuple[
        tuple[str, tuple[str, ...]], ...
    ] = ()  # condition keys that the request would fill, if the action has them

    def context(self, everywhere: Mapping[str, tuple[str, ...]]) -> Context:
        """Only keys that the reference lists for the action and resource type are in a request, and the global ones."""
        listed = reference().get(self.action)
        own = f"{self.action.partition(':')[0]}:ResourceTag"
        tags = ((f"{prefix}/{key}", (value,)) for prefix in {own, *OF_TAGS} for key, value in self.tags)
        found = {key: values for key, values in (*self.facts, *tags) if listed and listed.has_key(key, self.kind)}
        return {key.lower(): values for key, values in {**everywhere, **found}.items()}
