"""What `apiclient` prints when it runs on a host. Formats: sources/api/apiclient of bottlerocket-core-kit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.world.bottlerocket.host import DOWNLOAD_SECONDS, BottlerocketHost, UpdateError
from simulator.world.bottlerocket.updates import Bottlerocket

LOG = "\x1b[0m\x1b[34m[INFO] \x1b[0m"
CHECK_SECONDS = (0.5, 4.0)


@dataclass(frozen=True, slots=True)
class Printed:
    """How a command ended."""

    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A command that takes its time; `finish` does what it does."""

    seconds: float
    finish: Callable[[], Printed]


def run(world: Bottlerocket, host: BottlerocketHost, line: str) -> Running:
    """One line of a shell script; what this shell does not know is "command not found"."""
    words = line.split()
    command = " ".join(words)
    seconds, act = _command(world, host, command)

    def finish() -> Printed:
        try:
            return act()
        except UpdateError as error:
            text = f"{_doing(command)}: Status {error.status} when {_where(command)}: {error.text}\n"
            return Printed(1, "", f"12:00:00 {LOG}{command}\n{text}")

    return Running(seconds, finish)


def _command(world: Bottlerocket, host: BottlerocketHost, command: str) -> tuple[float, Callable[[], Printed]]:
    quick = host.rng.uniform(0.1, 0.4)
    if command.startswith("set -"):
        return 0.0, Printed
    if command == "apiclient update check":
        return host.rng.uniform(*CHECK_SECONDS), lambda: _check(world, host)
    if command in ("apiclient update apply", "apiclient update apply --check"):
        return host.rng.uniform(*DOWNLOAD_SECONDS), lambda: _apply(world, host, check="--check" in command)
    if command == "apiclient update cancel":
        return quick, lambda: _cancel(world, host)
    if command == "apiclient get /updates/status":
        return quick, lambda: Printed(0, _pretty(world.status(host)))
    if command == "apiclient get settings.updates":
        updates = {"ignore-waves": host.ignore_waves, "seed": host.seed, "version-lock": host.version_lock}
        return quick, lambda: Printed(0, _pretty({"settings": {"updates": updates}}))
    if command.startswith("apiclient set "):
        return quick, lambda: _set(host, command.removeprefix("apiclient set "))
    if command == "apiclient reboot":
        return quick, lambda: _reboot(world, host)
    return 0.0, lambda: Printed(127, "", f"sh: line 1: {command}: command not found\n")


def _check(world: Bottlerocket, host: BottlerocketHost) -> Printed:
    world.refresh(host)
    return Printed(0, _pretty(world.status(host)), f"12:00:00 {LOG}Refreshing updates...\n")


def _apply(world: Bottlerocket, host: BottlerocketHost, *, check: bool) -> Printed:
    """With --check an idle or ready host is no error: https://bottlerocket.dev/en/os/latest/#/update/ (apiclient update)."""
    stdout = _check(world, host).stdout if check else ""
    if check and host.state == "Idle":
        return Printed(0, stdout, f"12:00:00 {LOG}No updates available.\n")
    if check and host.state == "Ready":
        return Printed(0, stdout, f"12:00:00 {LOG}Update already applied.\n")
    world.prepare(host)
    world.activate(host)
    return Printed(0, stdout, f"12:00:00 {LOG}Update has been applied and will take effect on next reboot.\n")


def _cancel(world: Bottlerocket, host: BottlerocketHost) -> Printed:
    world.check_lock(host)
    world.deactivate(host)
    return Printed(0, "", f"12:00:00 {LOG}Update has been canceled.\n")


def _set(host: BottlerocketHost, text: str) -> Printed:
    for key, value in re.findall(r"settings\.updates\.([a-z-]+)=(\S+)", text):
        if key == "version-lock":
            host.version_lock = value
        elif key == "ignore-waves":
            host.ignore_waves = value == "true"
    return Printed()


def _reboot(world: Bottlerocket, host: BottlerocketHost) -> Printed:
    world.reboot(host)
    return Printed(0, "", f"12:00:00 {LOG}Rebooting, goodbye...\n")


def _doing(command: str) -> str:
    return {
        "apiclient update check": "Failed to check for updates: Failed to make refresh request",
        "apiclient update cancel": "Failed to cancel update: Failed to make deactivate request",
        "apiclient get /updates/status": "Failed GET request to '/updates/status'",
    }.get(command, "Failed to apply update: Failed to prepare update.  Detail: Failed to make prepare request")


def _where(command: str) -> str:
    return {
        "apiclient update check": "POSTing /actions/refresh-updates",
        "apiclient update cancel": "POSTing /actions/deactivate-update",
        "apiclient get /updates/status": "GETing /updates/status",
    }.get(command, "POSTing /actions/prepare-update")


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True) + "\n"
