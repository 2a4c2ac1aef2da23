"""How it reads in a terminal."""

from __future__ import annotations

import pytest

from ballast_cli.doctor.facts import Identity
from ballast_cli.doctor.finding import Finding, Severity, broken, note, warning
from ballast_cli.doctor.snapshot import Snapshot
from ballast_cli.doctor.text import Form, exact, report, summary
from tests.builders import NOW
from tests.cli.doctor.account import JO

PAGE = "https://example.com/operating.md"
S = Snapshot(NOW, "ballast", Identity(JO, "123456789012", "eu-central-1"))
LACKS = Finding(Severity.UNSEEN, "Could not look at rules.", lacks="events:ListRules")


def lines(*findings: Finding, width: int = 80, coloured: bool = False, beside: str = "") -> list[str]:
    return report(S, findings, Form(width, PAGE, beside, coloured=coloured)).splitlines()


def test_it_says_first_what_was_looked_at_and_as_whom() -> None:
    assert lines()[0] == (
        "Ballast, stack ballast, eu-central-1, account 123456789012, asked as assumed-role/on-call/jo"
    )


def test_a_finding_is_a_word_a_sentence_the_place_the_command_and_the_section() -> None:
    assert lines(broken("A rule is off.", "rule Sweep", "aws events enable-rule --name Sweep", "rules"))[2:6] == [
        "BROKEN    A rule is off.",
        "          rule Sweep",
        "            aws events enable-rule --name Sweep",
        f"          {PAGE}#rules",
    ]


def test_the_same_trouble_in_many_places_is_told_once_with_the_first_of_them() -> None:
    shown = lines(*(warning("No hook.", f"group g{number}", f"put {number}") for number in range(2000)))

    assert sum("No hook." in line for line in shown) == 1
    assert [line.strip() for line in shown if "group g" in line] == [f"group g{number}" for number in range(4)]
    assert "          and 1,996 more; --json names them all" in shown
    assert shown[-1] == "Nothing broken, nothing unknown, 1 warning, nothing fine."


def test_a_command_that_mends_several_places_stands_behind_the_last_of_them() -> None:
    shown = lines(*(warning("Gone.", where, "put back") for where in ("a", "b")), warning("Gone.", "c", "other"))

    assert [line.strip() for line in shown[3:8]] == ["a", "b", "put back", "c", "other"]


def test_the_same_trouble_is_told_once_although_others_lie_between() -> None:
    found = [warning(says, where) for where in ("a", "b") for says in ("One.", "Two.")]

    assert [line for line in lines(*found) if line.startswith("WARNING")] == ["WARNING   One.", "WARNING   Two."]


def test_what_others_have_written_moves_no_cursor() -> None:
    text = "\n".join(lines(broken("odd \x1b[2J event", "at \x07 here", "aws a \x1b]0;x\rrm")))

    assert not {"\x1b", "\x07", "\r"} & set(text)
    assert "odd \N{REPLACEMENT CHARACTER}[2J event" in text


@pytest.mark.parametrize("width", [20, 80, 120, 300])
def test_sentences_are_wrapped_and_commands_are_not(width: int) -> None:
    command = "aws " + "x" * 200
    shown = lines(broken("word " * 60, "somewhere", command), width=width)[2:]
    most = max(40, min(width, 110))

    assert max(len(line) for line in shown if "word" in line) <= most
    assert f"            {command}" in shown


def test_a_name_is_never_broken_in_two() -> None:
    name = f"arn:aws:sns:eu-central-1:123456789012:{'x' * 80}"

    assert f"          {name}" in lines(broken("b", name))


def test_there_is_colour_only_where_it_is_asked_for_and_the_word_says_the_same() -> None:
    finding = broken("b")

    assert "\x1b" not in "".join(lines(finding))
    coloured = lines(finding, coloured=True)[2]
    assert coloured.startswith("\x1b[")
    assert coloured.endswith("BROKEN\x1b[0m    b")


def test_what_is_fine_is_named_in_one_sentence_and_what_is_lacking_too() -> None:
    fine = [Finding(Severity.FINE, name, check=name) for name in ("stack", "rules")]

    shown = lines(LACKS, *fine)

    assert "fine      stack, rules." in shown
    assert "lacking   events:ListRules. What is not known is not called fine." in shown
    assert shown[-1] == "Nothing broken, 1 unknown, no warnings, 2 fine."


def test_a_note_leads_to_no_section() -> None:
    assert PAGE not in "".join(lines(note("n", "there")))


def test_the_summary_counts_troubles_and_not_places() -> None:
    assert summary([broken("a", "x"), broken("a", "y"), broken("b")]).startswith("2 broken")


@pytest.mark.parametrize(
    ("mend", "told"),
    [
        ("aws ecs list-clusters", "aws --region r ecs list-clusters"),
        ("aws a b --c $(aws d e)", "aws --region r a b --c $(aws --region r d e)"),
        ("sudo aws", "sudo aws"),
        ("ballast resume", "ballast resume --stack s --region r"),
        ("ballast doctor --stack other", "ballast doctor --stack other --region r"),
        ("make deploy", "make deploy"),
    ],
)
def test_a_command_goes_where_the_doctor_was_sent(mend: str, told: str) -> None:
    assert exact(mend, "--region r", "--stack s") == told
    assert exact(mend, "") == mend
