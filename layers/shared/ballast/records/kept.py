"""What has every record that the ledger keeps?"""

from __future__ import annotations

from dataclasses import Field
from typing import Any, ClassVar, Protocol


class Kept(Protocol):
    """A dataclass with its key and its revision. It names no record, so that a function loads only those it uses."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def cluster(self) -> str: ...

    @property
    def item(self) -> str: ...

    @property
    def revision(self) -> int: ...
