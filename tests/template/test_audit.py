"""What bandit, checkov, cfn-lint and pip-audit find is repaired, or allowed by name with a reason in one file."""

from __future__ import annotations

import re

import pytest

from tests.builders import ROOT
from tools.audit import (
    ALLOWANCES,
    CODE,
    SCANNERS,
    Allowance,
    Finding,
    allowances,
    left,
    of_bandit,
    of_cfn_lint,
    of_checkov,
    of_pip_audit,
    of_scanners,
)

FOUND = Finding("CKV_AWS_27", "Pages", "Ensure all data stored in the SQS queue is encrypted")


def test_every_allowance_gives_its_reason() -> None:
    allowed = allowances((ROOT / ALLOWANCES).read_text(encoding="utf-8"))

    assert of_scanners(allowed, list(SCANNERS)) == allowed


def test_an_allowance_belongs_to_one_scanner_and_is_judged_by_that_one_only() -> None:
    allowed = [Allowance(check, ("x",), "why not so") for check in ("B101", "CKV_AWS_27", "WS1004", "GHSA-x4vq-1")]

    assert [of_scanners(allowed, [name]) for name in SCANNERS] == [[one] for one in allowed]
    with pytest.raises(ValueError, match="CKV-27 is a check of no scanner"):
        of_scanners([Allowance("CKV-27", ("x",), "why not so")], ["bandit"])


def test_nothing_is_allowed_anywhere_else() -> None:
    """A comment or a Metadata block beside the code would be a second file of reasons, or of none."""
    files = [ROOT / "template.yaml", *(f for folder in CODE for f in (ROOT / folder).rglob("*.py"))]
    allowing = re.compile(r"#\s*nosec|checkov:\s*skip|ignore_checks|cfn-lint:")

    assert [f.name for f in files if allowing.search(f.read_text(encoding="utf-8"))] == []
    assert not list(ROOT.glob(".cfnlintrc*")) + list(ROOT.glob(".checkov*")) + list(ROOT.glob(".bandit*"))


@pytest.mark.parametrize("text", ["[{check: B101, where: [], why: it is fine here}]", "[{check: B101, where: ['*']}]"])
def test_an_allowance_without_place_or_reason_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must say where it is allowed, and why"):
        allowances(text)


def test_a_finding_is_left_until_it_is_allowed_where_it_is() -> None:
    said = ["CKV_AWS_27 Pages: Ensure all data stored in the SQS queue is encrypted"]

    assert left([FOUND], []) == said
    assert left([FOUND], [Allowance("CKV_AWS_27", ("P*",), "why not so")]) == []
    assert left([FOUND], [Allowance("CKV_AWS_27", ("Notices",), "why not so")])[0] == said[0]


def test_an_allowance_of_what_is_not_found_any_more_is_a_finding() -> None:
    assert left([], [Allowance("B101", ("x.py",), "why not so")]) == [
        "B101 x.py: allowed in tools/audit.yaml, but not found"
    ]


def test_a_file_that_could_not_be_read_is_a_finding() -> None:
    bandit = {"errors": [{"filename": "x.py", "reason": "syntax error"}], "results": []}
    checkov = {"results": {"failed_checks": [], "parsing_errors": ["template.yaml"]}}

    unread = {"Rule": {"Id": "E0000"}, "Location": {"Path": None}, "Filename": "template.yaml", "Message": "no YAML"}
    unknown = {"dependencies": [{"name": "six", "skip_reason": "not found on PyPI"}]}
    found = [*of_bandit(bandit), *of_checkov(checkov), *of_cfn_lint([unread]), *of_pip_audit(unknown)]

    assert [one.where for one in found] == ["x.py", "template.yaml", "template.yaml", "six"]


def test_a_finding_of_the_template_is_at_its_resource_and_one_of_a_package_at_its_name() -> None:
    linted = {"Rule": {"Id": "ES6000"}, "Location": {"Path": ["Resources", "Pages"]}, "Filename": "t", "Message": "m"}
    package = {"name": "six", "version": "1.0", "vulns": [{"id": "GHSA-a", "fix_versions": ["1.1"]}]}

    assert of_cfn_lint([linted]) == [Finding("ES6000", "Pages", "m")]
    [found] = of_pip_audit({"dependencies": [package, {"name": "tzdata", "version": "2", "vulns": []}]})
    assert (found.check, found.where) == ("GHSA-a", "six")
