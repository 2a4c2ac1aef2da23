"""Which Bottlerocket hosts run what?"""

from __future__ import annotations

from ballast.facts.view import Cluster
from ballast.value import dataclass

type Kind = tuple[str, str]  # variant and architecture


@dataclass(frozen=True, slots=True)
class Running:
    """One Bottlerocket host of a managed cluster; `version` None = SSM does not know it. `staged`: it may boot that next."""

    cluster: Cluster
    instance_id: str
    kind: Kind
    version: str | None
    staged: str | None = None
