"""`make audit`: bandit over what ships, checkov over the template. What they find is repaired, or allowed in tools/audit.yaml.

An allowance names a check, where it is allowed, and why; one that allows nothing any more is a finding, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

ALLOWANCES = Path("tools/audit.yaml")
CODE = ("layers/shared/ballast", "functions", "cli", "tools")
BANDIT = ("bandit", "--quiet", "--recursive", "--format", "json", *CODE)
CHECKOV = ("checkov", "--file", "template.yaml", "--framework", "cloudformation", "--output", "json", "--skip-download")


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is a file of ours or the logical id of a resource."""

    check: str
    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Allowance:
    check: str
    where: tuple[str, ...]
    why: str


def allowances(text: str) -> list[Allowance]:
    """ValueError for one that gives no reason or no place."""
    read = [Allowance(one["check"], tuple(one["where"]), one.get("why") or "") for one in yaml.safe_load(text)]
    for one in read:
        if not one.where or len(one.why.split()) < 3:  # noqa: PLR2004 - a reason is a sentence
            raise ValueError(f"{ALLOWANCES}: {one.check} must say where it is allowed, and why")
    return read


def left(findings: Sequence[Finding], allowed: Sequence[Allowance]) -> list[str]:
    """A line for each finding that is not allowed, and for each allowance of something that is not found."""
    granted = [(one.check, where) for one in allowed for where in one.where]
    used = {
        grant: [one for one in findings if one.check == grant[0] and fnmatchcase(one.where, grant[1])]
        for grant in granted
    }
    fine = {one for some in used.values() for one in some}
    stale = [
        f"{check} {where}: allowed in {ALLOWANCES}, but not found" for (check, where), some in used.items() if not some
    ]
    return sorted({f"{one.check} {one.where}: {one.says}" for one in findings if one not in fine}) + stale


def of_bandit(report: Mapping[str, Any]) -> list[Finding]:
    """A file that bandit cannot read is a finding, as it was not looked at."""
    unread = [Finding("unread", one["filename"], one["reason"]) for one in report["errors"]]
    return [*unread, *(Finding(one["test_id"], one["filename"], one["issue_text"]) for one in report["results"])]


def of_checkov(report: Mapping[str, Any]) -> list[Finding]:
    failed = report["results"]["failed_checks"]
    unread = [Finding("unread", name, "checkov cannot read it") for name in report["results"].get("parsing_errors", ())]
    return [
        *unread,
        *(Finding(one["check_id"], one["resource"].rpartition(".")[2], one["check_name"]) for one in failed),
    ]


def _report(bin_folder: Path, command: Sequence[str]) -> Any:
    """Both answer 1 where they find something."""
    said = subprocess.run([str(bin_folder / command[0]), *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603 - the lines above
    try:
        return json.loads(said.stdout)
    except ValueError as error:
        raise SystemExit(f"{command[0]} gives no report: {said.stderr.strip() or said.stdout.strip()}") from error


def main(bin_folder: Path) -> int:
    """0 when nothing is left, else 1 with a line for each."""
    findings = [*of_bandit(_report(bin_folder, BANDIT)), *of_checkov(_report(bin_folder, CHECKOV))]
    lines = left(findings, allowances(ALLOWANCES.read_text(encoding="utf-8")))
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 - the answer of a command
    print(f"{len(findings)} findings, {len(lines)} of them to repair or to allow.")  # noqa: T201 - the answer of a command
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
