"""A policy in a TOML file: parameters of the stack and tags of the cluster by their documented names, each with its value.

Rebalance = "on"
RebalanceConsolidate = "on"
"ballast:budget" = "20%"
"""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ballast.policy.policy import expected
from ballast.policy.setting import Setting
from ballast.policy.settings import MANAGED_TAG, TAG_PREFIX
from ballast_cli.dump.stack_parameters import ELSEWHERE, PARAMETERS, TAGS
from ballast_cli.what_if.question import PolicyFile

# What-if answers what Ballast would do, in this cluster.
FIXED = {"DryRun": "is always played as false", MANAGED_TAG: "is always played as true"}


def read_policy_file(path: Path) -> PolicyFile:
    """Raises ValueError in one sentence that names the file."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} cannot be read: it is no text in UTF-8") from error
    try:
        found = {name: _checked(name, value) for name, value in written.items()}
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return PolicyFile(
        path.name,
        {name: value for name, value in found.items() if not name.startswith(TAG_PREFIX)},
        {name: value for name, value in found.items() if name.startswith(TAG_PREFIX)},
    )


def _checked(name: str, value: Any) -> str:
    """The value as a template or a tag holds it: a text."""
    if name in FIXED:
        raise ValueError(f"{name} {FIXED[name]}, so it cannot be set")
    row = _row(name)
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, int | float):
        value = f"{value:g}"
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - of a file, not of a call
            f'{name} must be a text in quotes, as in {name} = "{row.default or "…"}"'
        )
    try:
        row.reader.read(value)
    except ValueError as error:
        raise ValueError(f"{name} is {value!r}, but must be {expected(row, value, error)}") from error
    return value


def _row(name: str) -> Setting:
    known = TAGS if name.startswith(TAG_PREFIX) else PARAMETERS
    if name in known:
        return known[name]
    if name in ELSEWHERE:
        raise ValueError(f"{name} is no part of what is decided, so it makes no difference here")
    every = {each.lower(): each for each in (*PARAMETERS, *TAGS) if each not in FIXED}
    near = get_close_matches(name.lower(), list(every), n=1, cutoff=0.6)
    meant = f"; the nearest is {every[near[0]]}" if near else "; docs/what-if.md says which there are"
    raise ValueError(f"{name} is no parameter of the stack and no tag of Ballast{meant}")
