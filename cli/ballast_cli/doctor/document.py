"""The same for machines: one document, every finding with its place, its command and its section of the runbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ballast_cli.doctor.facts import Nobody
from ballast_cli.doctor.finding import Finding, Severity
from ballast_cli.doctor.snapshot import Snapshot
from ballast_cli.doctor.text import Form, exact


def document(s: Snapshot, findings: Sequence[Finding], form: Form) -> dict[str, Any]:
    who = s.identity
    return {
        "ok": not any(each.severity.is_wrong for each in findings),
        "at": s.now.isoformat(),
        "stack": s.stack_name,
        "cluster": s.cluster,
        "region": who.region or None,
        "account": None if isinstance(who, Nobody) else who.account,
        "as": None if isinstance(who, Nobody) else who.arn,
        "lacking": sorted({each.lacks for each in findings if each.lacks}),
        "findings": [_finding(each, form) for each in findings],
    }


def _finding(each: Finding, form: Form) -> dict[str, Any]:
    return {
        "severity": each.severity.replace(" ", "_"),
        "check": each.check,
        "says": each.says,
        "where": each.where or None,
        "mend": exact(each.mend, form.beside, form.stack) or None,
        "lacks": each.lacks or None,
        "see": None if each.severity is Severity.FINE else f"{form.runbook}#{each.see}",
    }
