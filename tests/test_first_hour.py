"""How docs/first-hour.md is read, as a record that `make e2e` plays again."""

from __future__ import annotations

import pytest

from tests.builders import ROOT
from tests.e2e.page import bound, filled, steady, steps, written

DOCTOR = "ballast doctor"
PAGE = """Prose, and `$ code`.

```console
$ first --with \\
  more
one i-0123456789abcdef0
$ second
```

<!-- meanwhile: it rains -->

```toml
A = "i-0123456789abcdef0"
```

```sh
$ not typed
```
"""


def test_what_mends_is_what_the_doctor_has_just_said() -> None:
    advice, mends = "", []
    for step in steps((ROOT / "docs" / "first-hour.md").read_text()):
        if step.text == DOCTOR:
            advice = step.answer
        elif step.text == "ballast test":
            break
        elif advice and step.text.startswith("aws "):
            assert f"  {step.text}\n" in advice
            mends.append(step.text)
    assert len(mends) == 3


def test_a_page_is_its_commands_with_their_answers_and_what_happens_between_them() -> None:
    assert [(step.kind, step.text, step.answer) for step in steps(PAGE)] == [
        ("command", "first --with \\\n  more", "one i-0123456789abcdef0\n"),
        ("command", "second", ""),
        ("meanwhile", "it rains", ""),
        ("toml", 'A = "i-0123456789abcdef0"\n', ""),
    ]


def test_a_block_that_begins_with_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with a command"):
        list(steps("```console\nan answer\n```\n"))


@pytest.mark.parametrize(
    ("recorded", "came"),
    [
        ("i-0123456789abcdef0 waits", "i-0fedcba9876543210 waits"),
        ("2026-11-29 10:00 UTC  info", "2027-01-02 23:59 UTC info"),
        ("empty after 51 s, in 2 min", "empty after 9 s, in 61 min"),
        ("alarm ballast-DrainEventsSilent-0A1B2C3D4E5F", "alarm ballast-DrainEventsSilent-99A1B2C3D4E5"),
        ("one line that\n  goes on", "one line\nthat goes on"),
    ],
)
def test_what_differs_each_time_is_the_same(recorded: str, came: str) -> None:
    assert steady(recorded) == steady(came)


@pytest.mark.parametrize(("recorded", "came"), [("3 broken", "2 broken"), ("ACTIVE", "DRAINING"), ("a b", "ab")])
def test_everything_else_counts(recorded: str, came: str) -> None:
    assert steady(recorded) != steady(came)


def test_later_commands_have_the_ids_of_this_run() -> None:
    known = bound("10:00 i-0123456789abcdef0 and on", "11:00 i-0fedcba9876543210 and on")

    assert filled("ballast history --instance i-0123456789abcdef0 --since 10:00", known) == (
        "ballast history --instance i-0fedcba9876543210 --since 10:00"
    )


def test_other_answers_are_written_where_the_old_ones_stand() -> None:
    first, second, *_ = steps(PAGE)
    page = written(PAGE, {first.at: "two\n", second.at: "three\n"})

    assert [step.answer for step in steps(page) if step.kind == "command"] == ["two\n", "three\n"]
    assert page.replace("two\n", first.answer).replace("three\n", "") == PAGE
