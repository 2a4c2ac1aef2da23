"""A Bottlerocket host: its partitions, its update API as a state machine, its reboots.

States and errors: sources/api/thar-be-updates/src/status.rs and sources/api/apiserver/src/server/error.rs of
https://github.com/bottlerocket-os/bottlerocket-core-kit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulator.world.core.core import Core
from simulator.world.core.records import Instance

DOWNLOAD_SECONDS = (40.0, 120.0)
REBOOT_SECONDS = (45.0, 110.0)
AGENT_SECONDS = (5.0, 20.0)  # from the boot until the agent is connected
REPORT_SECONDS = (60.0, 300.0)  # until SSM knows the new version; "about every five minutes"
API_ARCH = {"x86_64": "x86_64", "arm64": "aarch64"}
NOT_ALLOWED = "Update action not allowed according to update state"


class UpdateError(Exception):
    """An answer of the update API: HTTP status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(slots=True)
class Troubles:
    """What goes wrong on a host: counts are used up, times are virtual seconds."""

    failed_boots: int = 0  # the next boots fall back to the version before
    failed_prepares: int = 0
    never_returns: bool = False  # its next reboot is its last
    agent_stays_away: bool = False  # the system is up again, the ECS agent is not
    locked_until_s: float = 0.0  # "Update lock held"
    unreachable_repository: bool = False


@dataclass(slots=True, eq=False)
class BottlerocketHost:
    """`state` None: nobody has asked for updates since the boot."""

    instance: Instance
    variant: str
    arch: str  # x86_64 or arm64
    version: str
    rng: Random
    seed: int
    reported_version: str
    version_lock: str = "latest"
    ignore_waves: bool = False
    online: bool = True  # SSM hears from it
    ping_at_s: float = 0.0
    state: str | None = None
    chosen: str | None = None
    available: list[str] = field(default_factory=list)
    staging: str | None = None
    boots_staging: bool = False
    reboots: int = 0
    last_command: dict[str, Any] | None = None
    troubles: Troubles = field(default_factory=Troubles)

    def image(self, version: str) -> dict[str, str]:
        return {"arch": API_ARCH[self.arch], "variant": self.variant, "version": version}


def command(kind: str, core: Core, *, error: str | None = None) -> dict[str, Any]:
    return {
        "cmd_status": "Failed" if error else "Success",
        "cmd_type": kind,
        "exit_status": 1 if error else 0,
        "stderr": f"{error}\n" if error else "",
        "timestamp": core.moment(core.clock.now_s).isoformat().replace("+00:00", "000Z"),
    }
