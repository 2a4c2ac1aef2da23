"""What ships in the layer: by hash, with a bill of materials, under licences that let it ship."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tools.same_build import main
from tools.ships import REQUIREMENTS, bill, shipped

MAKEFILE = (ROOT / "layers/shared/Makefile").read_text(encoding="utf-8")
MAY_SHIP = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "PSF-2.0"}


def requirements(folder: Path, text: str) -> Path:
    path = folder / REQUIREMENTS
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_the_layer_is_installed_by_hash_and_from_wheels_only() -> None:
    assert load(ROOT / "template.yaml")["Resources"]["SharedLayer"]["Metadata"]["BuildMethod"] == "makefile"
    [install] = re.findall(r"pip install(?:.*\\\n)*.*", MAKEFILE)
    assert {"--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"} <= set(install.split())
    assert all(one.hashes for one in shipped(ROOT))


def test_every_licence_of_what_ships_lets_it_ship() -> None:
    assert {part for one in shipped(ROOT) for part in one.licence.split(" AND ")} <= MAY_SHIP


def test_the_bill_names_each_pinned_package_once_with_its_hashes() -> None:
    pinned = re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", (ROOT / REQUIREMENTS).read_text(encoding="utf-8"))
    document = json.loads(bill(ROOT))

    assert [one["purl"] for one in document["components"]] == [f"pkg:pypi/{name}@{version}" for name, version in pinned]
    assert all(one["hashes"] and one["licenses"] for one in document["components"])
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")


def test_what_is_needed_on_lambda_is_named_and_nothing_else() -> None:
    """From what the project asks for, by the packages' own metadata: a pin that was lost, or that nobody needs, is found."""
    ships = {one.name: one.purl for one in shipped(ROOT)}
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lambda_has = {"python_version": "3.13", "python_full_version": "3.13.0", "platform_machine": "aarch64"}
    needed, todo = dict[str, set[str]](), [Requirement(line) for line in asked]
    while todo:
        one = todo.pop()
        needed.setdefault(name := canonicalize_name(one.name), set())
        for extra in ({"", *one.extras}) - needed[name]:
            found = map(Requirement, distribution(name).requires or ())
            todo += [r for r in found if r.marker is None or r.marker.evaluate({**lambda_has, "extra": extra})]
            needed[name].add(extra)

    assert needed.keys() == ships.keys()


def test_the_bill_says_what_needs_what_so_that_everything_hangs_on_the_layer() -> None:
    document = json.loads(bill(ROOT))
    needs = {one["ref"]: set(one["dependsOn"]) for one in document["dependencies"]}
    reached, todo = set[str](), {"layer"}
    while todo:
        reached |= todo
        todo = set().union(*(needs[one] for one in todo)) - reached

    assert reached == needs.keys() == {"layer", *(one["bom-ref"] for one in document["components"])}


def test_each_package_brings_the_text_of_its_licence_into_the_layer() -> None:
    """The folders *.dist-info are installed as they are, and the layer's Makefile takes no text out of them."""
    without = [
        one.name
        for one in shipped(ROOT)
        if not any(re.search(r"\.dist-info/(.*/)?LICEN[CS]E", str(f)) for f in distribution(one.name).files or ())
    ]

    assert without == []
    assert not re.search(r"dist-info[^ ]*licen|dist-info\s", MAKEFILE, re.IGNORECASE)


def test_a_version_that_is_pinned_and_not_installed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"six 0\.0\.1 is pinned, but .* is installed"):
        shipped(requirements(tmp_path, "six==0.0.1 \\\n    --hash=sha256:" + "0" * 64))


def test_a_line_that_pins_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pins no version: six"):
        shipped(requirements(tmp_path, "six>=1"))


def builds(folder: Path) -> tuple[Path, Path]:
    pair = folder / "a", folder / "b"
    for each in pair:
        each.mkdir()
        (each / "module.py").write_text("x = 1\n", encoding="utf-8")
        (each / "module.py").touch()
    return pair


def test_two_builds_are_the_same_until_a_byte_or_a_mode_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = builds(tmp_path)
    assert main(one, other) == 0

    (other / "module.py").chmod(0o600)
    assert main(one, other) == 1
    assert "module.py" in capsys.readouterr().err


def test_no_build_at_all_is_not_the_same(tmp_path: Path) -> None:
    assert main(tmp_path, tmp_path) == 1
