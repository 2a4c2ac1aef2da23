"""One document: each finding by itself, with nothing that a program would have to parse out of prose."""

from __future__ import annotations

import json

from ballast_cli.doctor.document import document
from ballast_cli.doctor.facts import Identity, Nobody, Trouble
from ballast_cli.doctor.finding import Finding, Severity, broken
from ballast_cli.doctor.snapshot import Snapshot
from ballast_cli.doctor.text import Form
from tests.builders import NOW
from tests.cli.doctor.account import JO

FORM = Form(80, "https://example.com/r", "--region r")
S = Snapshot(NOW, "ballast", Identity(JO, "123456789012", "eu-central-1"), "prod")


def test_a_finding_has_each_of_its_parts_and_null_where_it_has_none() -> None:
    found = [broken("Gone.", "rule X", "aws a b", "rules"), Finding(Severity.FINE, "stack", check="stack")]

    told = document(S, found, FORM)

    assert told["findings"] == [
        {
            "severity": "broken",
            "check": "",
            "says": "Gone.",
            "where": "rule X",
            "mend": "aws --region r a b",
            "lacks": None,
            "see": "https://example.com/r#rules",
        },
        {
            "severity": "fine",
            "check": "stack",
            "says": "stack",
            "where": None,
            "mend": None,
            "lacks": None,
            "see": None,
        },
    ]
    assert json.loads(json.dumps(told)) == told


def test_it_is_well_only_where_nothing_is_wrong_and_nothing_unknown() -> None:
    unknown = Finding(Severity.UNSEEN, "x", lacks="a:B")

    assert [document(S, [each], FORM)["ok"] for each in (Finding(Severity.WARNING, "w"), unknown, broken("b"))] == [
        True,
        False,
        False,
    ]
    assert document(S, [unknown, unknown], FORM)["lacking"] == ["a:B"]


def test_where_nobody_could_be_asked_there_is_no_account() -> None:
    told = document(Snapshot(NOW, "ballast", Nobody(Trouble.NO_REGION, "no")), [], FORM)

    assert (told["account"], told["as"], told["region"], told["at"]) == (None, None, None, "2026-11-23T09:00:00+00:00")
