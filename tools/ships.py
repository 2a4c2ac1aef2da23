"""What ships in the layer beside our own code: a bill of materials (CycloneDX), and a table of licences for people.

Both follow from layers/shared/requirements.txt and the metadata of the same versions, as they are installed here.
https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from ballast import __version__

REQUIREMENTS = Path("layers/shared/requirements.txt")
LAYER = "layer"
# What older packages say, in the words of SPDX (https://spdx.org/licenses/).
SPDX = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0 AND BSD-3-Clause",  # of dateutil: each file is under one of them
    "MIT License": "MIT",
}


@dataclass(frozen=True, slots=True)
class Shipped:
    """A distribution of the layer; `hashes` are those of its files, any of which may be installed."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str  # an expression of SPDX
    needs: frozenset[str]  # names of those of its extras that are not installed are among them

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def shipped(root: Path) -> list[Shipped]:
    """ValueError where another version is installed than the one that is pinned, or its licence is not known."""
    pinned = re.split(r"\n(?=\S)", (root / REQUIREMENTS).read_text(encoding="utf-8").strip())
    return [_read(block) for block in pinned]


def _read(block: str) -> Shipped:
    found = re.match(r"([a-z0-9-]+)==(\S+)", block)
    if not found:
        raise ValueError(f"{REQUIREMENTS} has a line that pins no version: {block.splitlines()[0]}")
    name, version = found.groups()
    installed = distribution(name)
    if installed.version != version:
        raise ValueError(f"{name} {version} is pinned, but {installed.version} is installed: make .venv anew")
    metadata: Mapping[str, Any] = installed.metadata.json
    classifiers = [each.rpartition(" :: ")[2] for each in metadata.get("classifier", ()) if each.startswith("License")]
    said = [metadata.get("license_expression"), metadata.get("license"), *classifiers]
    licence = next((SPDX.get(each, each) for each in said if each and (each in SPDX or _is_spdx(each))), None)
    if licence is None:
        raise ValueError(f"the licence of {name} {version} is not known: name it in SPDX of tools/ships.py ({said})")
    needs = frozenset(_named(line) for line in metadata.get("requires_dist", ()))
    return Shipped(name, version, tuple(re.findall(r"sha256:([0-9a-f]{64})", block)), licence, needs)


def _named(requirement: str) -> str:
    """The distribution of `Some_Name[extra]>=1; marker`, as an index writes it: https://peps.python.org/pep-0503/"""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def _is_spdx(text: str) -> bool:
    return (
        re.fullmatch(r"[A-Z][A-Za-z]*-?[0-9.]*(-Clause)?( (AND|OR) [A-Z][A-Za-z]*-?[0-9.]*(-Clause)?)*", text)
        is not None
    )


def bill(root: Path) -> str:
    """The bill of materials; it has no time and no serial number, so that it is the same wherever it is made."""
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": LAYER,
                "name": "ballast-shared-layer",
                "version": __version__,
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": list(_components(root)),
        "dependencies": list(_dependencies(root)),
    }
    return json.dumps(document, indent=1) + "\n"


def _dependencies(root: Path) -> Iterator[dict[str, Any]]:
    """What needs what; what an extra needs counts where it ships, and the layer needs what pyproject.toml names."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ships = {one.name: one for one in shipped(root)}
    needed: dict[str, frozenset[str]] = {LAYER: frozenset({_named(line) for line in project["dependencies"]})}
    needed |= {one.purl: one.needs & ships.keys() for one in ships.values()}
    yield from ({"ref": ref, "dependsOn": sorted(ships[name].purl for name in names)} for ref, names in needed.items())


def _components(root: Path) -> Iterator[dict[str, Any]]:
    for one in shipped(root):
        yield {
            "type": "library",
            "bom-ref": one.purl,
            "name": one.name,
            "version": one.version,
            "purl": one.purl,
            "licenses": [{"expression": one.licence}],
            "hashes": [{"alg": "SHA-256", "content": each} for each in one.hashes],
        }


def licences(root: Path) -> str:
    rows = [f"| `{one.name}` | {one.licence} |" for one in shipped(root)]
    return "\n".join(["| Package | Licence |", "|---|---|", *rows])
