"""Processes that end with us, each by its own id, and a folder with what they said."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import sample
from urllib.error import URLError
from urllib.request import urlopen
from zlib import crc32

from simulator.delivery.deployment import ACCOUNT, REGION
from tests.builders import ROOT

PATIENCE_S = 5.0
MEMORY, ROOM_BYTES = Path("/dev/shm"), 1 << 30  # noqa: S108 - a file system, and what is made there has a room of its own


PORTS = range(
    20_000, 32_000
)  # no system gives one of these to a connection that goes out, which could take it meanwhile
GIVEN: set[int] = set()


def free_port() -> int:
    """One that nobody listens on, and each but once."""
    for port in sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            if port not in GIVEN:
                GIVEN.add(port)
                return port
    raise RuntimeError("No port of 127.0.0.1 is free.")


class Child:
    """A process group of its own, so that what it starts ends with it; SIGKILL where SIGTERM is not heard."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], logs: Path, room: Path) -> None:
        self.name, self.room = name, room
        self.log = logs / f"{name}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=dict(env), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def stop(self) -> None:
        for how in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE_S)
        with suppress(ProcessLookupError):  # what it left behind, once it is gone itself
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.room, ignore_errors=True)


def room_for_layers(logs: Path) -> Path:
    """Empty. Each process of a function unpacks the layer, thousands of files: in memory, where there is enough of it.

    Its name follows from the folder of logs, so that what a killed run left there is removed by the next one.
    """
    room = logs / "emulator"
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        room = MEMORY / f"ballast-e2e-{crc32(str(logs).encode()):08x}"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    return room


def emulator(port: int, logs: Path, more: Mapping[str, str]) -> Child:
    """ministack on loopback, with an environment of its own and a room for what it unpacks."""
    room = room_for_layers(logs)
    env = {
        "PATH": f"{ROOT / '.venv-e2e' / 'bin'}:{os.environ['PATH']}",
        "HOME": str(room),
        "TMPDIR": str(room),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "NO_PROXY": "127.0.0.1,localhost",
        **more,
    }
    script = ROOT / "tests" / "e2e" / "start_emulator.py"
    child = Child("emulator", [str(ROOT / ".venv-e2e/bin/python"), str(script)], env, logs, room)
    ends_at = time.monotonic() + 120
    while time.monotonic() < ends_at:
        with suppress(URLError, ConnectionError), urlopen(f"http://127.0.0.1:{port}/_ministack/health"):
            return child
        if child.process.poll() is not None:
            break
        time.sleep(0.1)
    child.stop()
    raise RuntimeError(f"The emulator did not come up; what it said is in {child.log}.")
