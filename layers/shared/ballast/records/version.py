"""A Bottlerocket version: three numbers, compared as numbers."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:-[0-9a-f]{6,40})?")


class Version(NamedTuple):
    """Sorts from old to new."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "1.62.1", "v1.62.1" or, as the SSM parameter image_version has it, "1.62.1-ea1afdd6"; else ValueError.

        https://github.com/bottlerocket-os/bottlerocket/blob/develop/README.md
        """
        found = _VERSION.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a Bottlerocket version such as 1.64.0")
        return cls(*(int(part) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def newer(one: str, other: str) -> bool:
    """Whether `one` is a later version than `other`."""
    return Version.parse(one) > Version.parse(other)
