"""One setting: a parameter of the template, a tag of a cluster, or both; the tables of them are made of these."""

from __future__ import annotations

import re

from ballast.policy.readers import Reader
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """`parameter` or `tag` is empty where only the other one sets it, `field` where the policy has none for it."""

    parameter: str
    tag: str
    field: str
    reader: Reader
    default: str | None  # as a parameter says it; None where it is not set
    says: str  # in README
    of_tag: str = ""  # in the runbook, where that says more

    @property
    def variable(self) -> str:
        """The environment variable that holds the parameter."""
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", self.parameter).upper()

    @property
    def of_updates(self) -> bool:
        """Whether its field is one of the UpdatePolicy."""
        return self.tag.startswith("ballast:update-")
