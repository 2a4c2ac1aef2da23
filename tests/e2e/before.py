"""Version 0.1.0, built from its own tree: what a stack that is updated in place runs until then.

It has no tag. Its tree is the last one whose changelog says nothing after 0.1.0; tests/samples/stored holds what its code
has stored. No other version has come out, so no stack that somebody keeps can be of another one.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.builders import ROOT

if TYPE_CHECKING:
    from tests.e2e.looking import Account

COMMIT = "507a493db778ee02bd1807113ac2d13ca11ae971"
KEPT = ROOT / ".aws-sam" / "before"
TREE = ("template.yaml", "samconfig.toml", "functions", "layers")
CLUSTER = "kept"


class NoVersionBeforeError(Exception):
    """Says in a sentence why there is none."""


@dataclass(slots=True)
class UnderWay:
    """A drain that it has begun, and the task of no service that holds it until somebody stops that."""

    instance: str
    task: str
    drained: int  # how often it was set DRAINING until then


def built() -> Path:
    """Its built template, kept from the first time on; raises NoVersionBeforeError in a clone without its commit."""
    target = KEPT / COMMIT[:7] / "build"
    ready = target.parent / "ready"
    if ready.exists():
        return target / "template.yaml"
    archive = subprocess.run(  # noqa: S603 - our own command
        ["git", "-C", str(ROOT), "archive", COMMIT, *TREE],  # noqa: S607 - git, wherever it is
        capture_output=True,
        check=False,
    )
    if archive.returncode:
        raise NoVersionBeforeError(f"this clone has no commit {COMMIT[:7]}, which is 0.1.0 (git fetch --unshallow)")
    tree = target.parent / "tree"
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(tree, filter="data")
    binaries = ROOT / ".venv-sam" / "bin"
    done = subprocess.run(  # noqa: S603 - our own command
        [str(binaries / "sam"), "build", "--build-dir", str(target)],
        cwd=tree,
        env={**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoVersionBeforeError(f"0.1.0 could not be built: {done.stderr.strip().splitlines()[-1]}")
    ready.touch()
    return target / "template.yaml"


def begin(here: Account) -> UnderWay:
    """A scale-in whose hook it holds."""
    here.eventually("0.1.0 has put its hook", lambda: here.hooks(CLUSTER), 90)
    held = here.instances(CLUSTER)[0]
    with here.world() as world:
        task = world.run_task(CLUSTER, on=held, stop_seconds=(0.5, 1.0))
        world.scale_in(CLUSTER, held)
    here.eventually("0.1.0 drains it", lambda: here.hosts(CLUSTER).get(held) == "DRAINING")
    here.eventually("its queue is empty", lambda: here.depth("DrainEvents") == 0)
    return UnderWay(held, str(task.arn), len(here.calls("UpdateContainerInstancesState")))
