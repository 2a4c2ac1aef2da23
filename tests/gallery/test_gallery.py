"""What people read is looked at by people: whoever changes it writes messages.txt anew, and reads the difference."""

from __future__ import annotations

import re

from ballast.words.codes import Code
from tests.gallery.__main__ import KEPT
from tests.gallery.show import ONE, gallery

TEXT = KEPT.read_text(encoding="utf-8")


def test_every_code_is_in_the_gallery() -> None:
    assert sorted(set(Code) - set(ONE)) == []


def test_every_message_is_as_it_was_read_last() -> None:
    """`make messages ARGS=--write` writes the copy."""
    assert "\n".join(gallery()) == TEXT


def test_every_subject_has_its_verb_within_what_a_phone_shows_and_every_sms_is_ascii() -> None:
    subjects = re.findall(r"^subject [> ] (.+)$", TEXT, re.MULTILINE)
    texts = re.findall(r"^sms +(.+)$", TEXT, re.MULTILINE)

    assert [s for s in subjects if len(s) >= 100 or not s.isascii()] == []
    assert [s for s in subjects if len(s.partition(": ")[0] + s.partition(": ")[2].partition(":")[0]) > 58] == []
    assert [t for t in texts if len(t) > 140 or not t.isascii()] == []


def test_numbers_agree() -> None:
    one = r"\b1 (?:instances|tasks|services|groups)\b|\b1 instance (?:run|drain|are|have)\b"
    several = r"\b(?:[2-9]|\d\d+) (?:instance|task|service)\b"

    assert re.findall(f"{one}|{several}", TEXT) == []
