"""What bandit and checkov find is repaired, or allowed by name with a reason in one file."""

from __future__ import annotations

import pytest

from tests.builders import ROOT
from tools.audit import ALLOWANCES, Allowance, Finding, allowances, left, of_bandit, of_checkov

FOUND = Finding("CKV_AWS_27", "Pages", "Ensure all data stored in the SQS queue is encrypted")


def test_every_allowance_gives_its_reason() -> None:
    assert allowances((ROOT / ALLOWANCES).read_text(encoding="utf-8"))


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

    assert [one.where for one in (*of_bandit(bandit), *of_checkov(checkov))] == ["x.py", "template.yaml"]
