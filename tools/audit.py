"""What scanners find is repaired, or allowed in tools/audit.yaml: `make check`, `make audit`, `make vulnerabilities`.

An allowance names a check, where it is allowed, and why; one that allows nothing any more is a finding, too.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

ALLOWANCES = Path("tools/audit.yaml")
CODE = ("layers/shared/ballast", "functions", "cli", "tools")


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


def of_cfn_lint(report: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What it cannot read is a finding of its own (E0000), of the whole file."""
    return [
        Finding(one["Rule"]["Id"], (one["Location"]["Path"] or ["", one["Filename"]])[1], one["Message"])
        for one in report
    ]


def of_pip_audit(report: Mapping[str, Any]) -> list[Finding]:
    """A package that nobody can tell of is a finding, as it was not looked at."""
    unread = [
        Finding("unread", one["name"], one["skip_reason"]) for one in report["dependencies"] if "skip_reason" in one
    ]
    known = [(one, each) for one in report["dependencies"] for each in one.get("vulns", ())]
    return [
        *unread,
        *(
            Finding(
                each["id"], one["name"], f"{one['version']} is vulnerable, repaired in {each['fix_versions'] or 'none'}"
            )
            for one, each in known
        ),
    ]


@dataclass(frozen=True, slots=True)
class Scanner:
    """`checks` is the form of its checks' names, by which an allowance is its own."""

    command: tuple[str, ...]
    checks: str
    read: Callable[[Any], list[Finding]]


SCANNERS = {
    "bandit": Scanner(
        (".venv-audit/bin/bandit", "--quiet", "--recursive", "--format", "json", *CODE), r"B\d{3}", of_bandit
    ),
    "checkov": Scanner(
        (
            *(".venv-audit/bin/checkov", "--file", "template.yaml", "--framework", "cloudformation"),
            *("--output", "json", "--skip-download"),
        ),
        r"CKV2?_\w+",
        of_checkov,
    ),
    "cfn-lint": Scanner(  # with the rules of serverless applications
        (
            *(".venv-sam/bin/cfn-lint", "--format", "json", "--include-checks", "I"),
            *("--append-rules", "cfn_lint_serverless.rules", "--", "template.yaml"),
        ),
        r"[EWI]S?\d{4}",
        of_cfn_lint,
    ),
    "pip-audit": Scanner(  # the only one that asks somebody: PyPI, of what ships
        (
            *(".venv-audit/bin/pip-audit", "--requirement", "layers/shared/requirements.txt"),
            *("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"),
        ),
        r"(PYSEC|GHSA|CVE)-[\w-]+",
        of_pip_audit,
    ),
}


def of_scanners(allowed: Sequence[Allowance], names: Sequence[str]) -> list[Allowance]:
    """Those of these scanners. ValueError for one that is of no scanner at all, as it would allow nothing ever."""
    for one in allowed:
        if not any(re.fullmatch(scanner.checks, one.check) for scanner in SCANNERS.values()):
            raise ValueError(f"{ALLOWANCES}: {one.check} is a check of no scanner; there are {', '.join(SCANNERS)}")
    return [one for one in allowed if any(re.fullmatch(SCANNERS[name].checks, one.check) for name in names)]


def _findings(name: str) -> list[Finding]:
    """Each answers another code than 0 where it finds something."""
    scanner, told = SCANNERS[name], os.environ | {"AWS_DEFAULT_REGION": "us-east-1"}
    said = subprocess.run(scanner.command, capture_output=True, text=True, check=False, env=told)  # noqa: S603 - the lines above
    try:
        return scanner.read(json.loads(said.stdout))
    except ValueError as error:
        raise SystemExit(f"{name} gives no report: {said.stderr.strip() or said.stdout.strip()}") from error


def main(names: Sequence[str]) -> int:
    """0 when nothing is left of what these scanners find, else 1 with a line for each."""
    allowed = of_scanners(allowances(ALLOWANCES.read_text(encoding="utf-8")), names)
    findings = [finding for name in names for finding in _findings(name)]
    lines = left(findings, allowed)
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 - the answer of a command
    print(f"{', '.join(names)}: {len(findings)} findings, {len(lines)} of them to repair or to allow.")  # noqa: T201 - the answer of a command
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
