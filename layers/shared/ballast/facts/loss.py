"""What has a cluster lost at once?"""

from __future__ import annotations

from collections.abc import Mapping

from ballast.records.watch import Size
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """`gone` of those that were there `before`, `joined` others since; `agents` of the gone are registered still."""

    gone: int
    before: Size
    joined: int
    agents: int
    left: Mapping[str, int]  # how many serve in each Availability Zone
    zone: str = ""  # in which all of those were whose agent is gone, and nobody is left
