"""What has every record that the ledger keeps, and what is left of one that nobody can read?"""

from __future__ import annotations

from dataclasses import Field
from typing import Any, ClassVar, Protocol

from ballast.value import dataclass

BEGUN_UNREAD = "nobody can read what Ballast has begun with it"


class Kept(Protocol):
    """A dataclass with its key and its revision. It names no record, so that a function loads only those it uses."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def cluster(self) -> str: ...

    @property
    def item(self) -> str: ...

    @property
    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that nobody can read, by its key: the partition, which is a cluster's name or begins with #, and the item."""

    cluster: str
    item: str
    why: str
