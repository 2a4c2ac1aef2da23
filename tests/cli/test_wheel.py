"""The command as `make package` builds it: whoever installs the wheel needs no clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from ballast import __version__
from ballast_cli.dump.writing import text_of
from tests.builders import ROOT
from tests.cli.what_if.fleets import ON, dumped, small_mixed


def build(into: Path) -> Path:
    """By the backend that pipx calls, which is pinned here."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - our own command
    [wheel] = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pip unpacks it; what it depends on is that of the tests."""
    folder = tmp_path_factory.mktemp("site-packages")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def ballast(installed: Path, *arguments: str) -> str:
    """Elsewhere than in the clone, and knowing nothing of it."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", "import sys; from ballast_cli.main import main; sys.exit(main())", *arguments],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_says_its_version(installed: Path, wheel: Path) -> None:
    assert ballast(installed, "--version") == f"ballast {__version__}\n"
    assert wheel.name == f"ballast_ecs-{__version__}-py3-none-any.whl"


def test_it_plays_the_stack_that_it_brings(installed: Path, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.json"
    fleet.write_text(text_of(dumped(small_mixed, **ON)), encoding="utf-8")
    document = json.loads(ballast(installed, "what-if", str(fleet), "--json"))

    stack = installed / "ballast_cli" / "what_if" / "stack"
    assert (stack / "template.yaml").read_bytes() == (ROOT / "template.yaml").read_bytes()
    assert document["cost"]["now"] > document["cost"]["bound"]


def test_it_brings_the_product_and_no_tests_or_tools(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        rooms = {name.partition("/")[0] for name in archive.namelist()}

    assert rooms == {"ballast", "ballast_cli", "simulator", f"ballast_ecs-{__version__}.dist-info"}


def test_it_is_the_same_each_time(wheel: Path, tmp_path: Path) -> None:
    assert sha256(build(tmp_path).read_bytes()).digest() == sha256(wheel.read_bytes()).digest()
