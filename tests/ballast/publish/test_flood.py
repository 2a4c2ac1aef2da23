"""What nobody vouches for is told a few times an hour, and then counted."""

from __future__ import annotations

from ballast.publish.flood import COUNTED, NOTICES, PAGES, PAGES_OF_A_CODE, Flood, after, is_doubted
from ballast.words.notice import Notice, Severity
from ballast.words.unverified import unverified
from tests.notification_builders import a_notice

HOUR = Flood("2026-11-23T09")


def forged(number: int, *, codes: int = 1, severity: Severity = Severity.PAGE) -> list[Notice]:
    return [unverified(a_notice(f"Code{each % codes}", severity, incident=f"forged/{each}")) for each in range(number)]


def told(flood: Flood, notices: list[Notice]) -> int:
    return sum(flood.lets(notice) for notice in notices)


def test_of_three_hundred_pages_of_one_code_five_are_told() -> None:
    notices = forged(300)

    flood = after(HOUR, notices)

    assert told(flood, notices) == PAGES_OF_A_CODE
    assert (len(flood.held), flood.at_least, flood.codes) == (295, 100, ("Code0",))


def test_of_pages_of_any_number_of_codes_twenty_are_told_and_of_all_else_a_hundred() -> None:
    pages, tickets = forged(300, codes=300), forged(300, severity=Severity.TICKET)

    flood = after(after(HOUR, pages), tickets)

    assert (told(flood, pages), told(flood, tickets)) == (PAGES, NOTICES - PAGES)
    assert len(flood.codes) == 5


def test_a_notice_that_comes_again_is_told_or_held_back_as_before_and_counts_once() -> None:
    notices = forged(8)
    flood = after(HOUR, notices)

    assert after(flood, reversed(notices)) == flood


def test_notices_that_share_an_id_are_not_one_notice() -> None:
    """An id joins incident and code by a slash, which both may hold."""
    one, other = (
        unverified(a_notice(code, Severity.PAGE, incident=incident, instance=None))
        for code, incident in (("c", "a/b"), ("b/c", "a"))
    )
    grave = unverified(a_notice("c", Severity.INFO, incident="a/b", instance=None))

    assert len(after(HOUR, [one, other, grave]).admitted) == 3


def test_an_endless_flood_grows_no_further() -> None:
    full = after(HOUR, forged(PAGES_OF_A_CODE + COUNTED))

    assert after(full, forged(PAGES_OF_A_CODE + COUNTED + 50)) == full
    assert full.at_least == COUNTED


def test_what_ballast_has_signed_is_not_doubted() -> None:
    assert not is_doubted(a_notice("DrainStuck", Severity.PAGE))
    assert is_doubted(unverified(a_notice("DrainStuck", Severity.PAGE)))
