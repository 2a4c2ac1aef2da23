"""A watch's keys, whatever its subject is."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ballast.records.watch import WatchKind
from tests.builders import a_watch

SORT_KEY_BYTES = 1024  # Constraints.html#limits-partition-sort-keys of DynamoDB's developer guide
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=600)


@example("𠀀" * 256, WatchKind.UNREADABLE_POLICY)
@given(TEXT, st.sampled_from(WatchKind))
def test_a_key_never_takes_more_than_the_table_does(subject: str, kind: WatchKind) -> None:
    watch = a_watch(kind=kind, subject=subject, cluster="c" * 255)

    assert len(watch.item.encode()) <= SORT_KEY_BYTES
    assert len(watch.incident.encode()) <= 1000


def test_a_short_subject_stands_in_the_key_as_it_is() -> None:
    watch = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=half")

    assert watch.item == "watch#unreadable_policy#ballast:budget=half"


def test_two_long_subjects_that_begin_alike_have_two_keys() -> None:
    one, other = (a_watch(subject="日" * 400 + end) for end in "ab")

    assert one.item != other.item
    assert one.incident != other.incident
