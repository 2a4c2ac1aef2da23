"""What `make e2e` cannot do without, each missing thing in a sentence."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.builders import ROOT

# As uv, pip and the resolver of the C library say it.
UNREACHABLE = re.compile(
    r"error sending request|dns error|[Cc]ould not connect|Connection refused|Network is unreachable"
    r"|Temporary failure in name resolution|Failed to establish a new connection|timed out",
)


class MissingError(Exception):
    """Says what is missing, and what for."""


def look(search_path: str, platform: str = sys.platform) -> None:
    """Raise MissingError for the first thing that is not there."""
    if platform != "linux":
        raise MissingError(f"it needs Linux, to end what it started with itself, and this is {platform}")
    if shutil.which("python3.13", path=search_path) is None:
        raise MissingError("there is no python3.13 on the PATH, with which SAM builds the functions")
    if shutil.which("git", path=search_path) is None:
        raise MissingError("there is no git, which has the tree of the version before")


def listen() -> None:
    """Raise MissingError where loopback gives no port."""
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
    except OSError as error:
        raise MissingError(f"no port of 127.0.0.1 can be listened on ({error})") from error


def make(target: str) -> None:
    """Run make; raise MissingError where a registry did not answer, CalledProcessError for everything else."""
    command: Sequence[str] = ["make", "--no-print-directory", target]
    done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    sys.stderr.write(done.stderr)
    if done.returncode and (said := unreachable(done.stderr)):
        raise MissingError(f"`make {target}` needs a package registry, and none answers ({said})")
    done.check_returncode()


def unreachable(said: str) -> str | None:
    """The words that tell that nobody answered."""
    found = UNREACHABLE.search(said)
    return found[0] if found else None


def search_path() -> str:
    """Where SAM looks for programs when it builds."""
    return os.pathsep.join([str(Path(ROOT, ".venv-sam", "bin")), os.environ.get("PATH", "")])
