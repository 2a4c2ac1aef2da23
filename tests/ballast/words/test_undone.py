"""What on-call reads about a host that keeps what an update did to it."""

from __future__ import annotations

from ballast.records.document import Document
from ballast.words.undone import not_undone, undone
from tests.ballast.update.rollouts import AFTER, a_host, an_update
from tests.builders import NOW, after

HOST = a_host(1)


def test_a_staged_release_that_was_not_cancelled_may_boot_and_a_setting_may_not() -> None:
    staged = not_undone(HOST, an_update(owes=Document.CANCEL), after(15))
    pinned = not_undone(HOST, an_update(owes=Document.RESTORE), after(15))

    assert staged.impact.endswith(f"; as far as is known it boots {AFTER} next.")
    assert "it did not hear its cancel" in staged.what
    assert pinned.impact.endswith("ignore-waves).")
    assert "it did not hear its settings" in pinned.what


def test_its_end_is_news_of_the_same_incident() -> None:
    owing = an_update(owes=Document.CANCEL, owed_since=after(3))

    first, last = not_undone(HOST, owing, after(18)), undone(HOST, owing, after(30), how="it answers so")

    assert first.incident == last.incident
    assert first.incident_started_at == after(3)
    assert not_undone(HOST, an_update(since=NOW), after(18)).incident_started_at == NOW
    assert (first.closes_incident, last.closes_incident, last.why) == (False, True, "It answers so.")
