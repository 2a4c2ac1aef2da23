"""The rows of docs/fidelity.md, as they stand in the YAML files beside this: one file for each thing that can go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path("tools/fidelity")
HEADINGS = {
    "lost": "A task or an instance is lost",
    "still": "Something stands still",
    "capacity": "There is too much capacity, or too little",
    "told": "Somebody is told what is not so, or is not told",
    "cost": "Calls are refused, or cost more",
}
NO_BEHAVIOUR = "no_behaviour"
MUST_SAY = ("says", "wrong", "pages", "rule", "beside", "tests", "check")
MAY_SAY = ("model", "emulator", "reading")


@dataclass(frozen=True, slots=True)
class Row:
    """`beside`: a text of the file `rule`, once in it, beside which the rule is; `model`: names in botocore's models.

    `reading`: the field of the simulator's Readings that plays it both ways, as no page says which of them AWS does.
    """

    kind: str
    says: str
    wrong: str
    pages: tuple[str, ...]
    rule: str
    beside: str
    tests: tuple[str, ...]
    check: str
    model: tuple[str, ...] = ()
    emulator: tuple[str, ...] = ()
    reading: str = ""


@dataclass(frozen=True, slots=True)
class NoBehaviour:
    """Pages that are named in the code and have no row, and why not."""

    why: str
    pages: tuple[str, ...]


def read_rows(root: Path) -> list[Row]:
    """Those that matter most first; ValueError for one that does not say what each must."""
    return [_row(kind, raw) for kind in HEADINGS for raw in _load(root, kind)]


def read_no_behaviours(root: Path) -> list[NoBehaviour]:
    return [NoBehaviour(raw["why"], tuple(raw["pages"])) for raw in _load(root, NO_BEHAVIOUR)]


def _load(root: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((root / FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def _row(kind: str, raw: Mapping[str, Any]) -> Row:
    lacks = [key for key in MUST_SAY if not raw.get(key)]
    strange = sorted(raw.keys() - {*MUST_SAY, *MAY_SAY})
    if lacks or strange:
        raise ValueError(
            f"{FOLDER}/{kind}.yaml: the row {raw.get('says', raw)!r} lacks {lacks} and has {strange}, which no row has"
        )
    values = {key: tuple(value) if isinstance(value, list) else " ".join(value.split()) for key, value in raw.items()}
    return Row(kind, **values)  # type: ignore[arg-type]  # which keys there are was just looked at
