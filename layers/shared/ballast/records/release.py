"""What do we remember of a Bottlerocket release? The items under `#releases` of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Release:
    """What `latest` of one variant and architecture is, and since when we know; kept under the cluster `#releases`.

    `arch` is as the public parameters say it: x86_64 or arm64. `recalled`: versions that AWS took back, oldest first.
    """

    variant: str
    arch: str
    version: str
    image_id: str
    seen_at: datetime
    previous_version: str | None = None
    previous_image_id: str | None = None
    recalled: tuple[str, ...] = ()
    revision: int = 0

    cluster = "#releases"  # not a field: every release is kept under this key

    @property
    def item(self) -> str:
        return f"{self.variant}#{self.arch}"
