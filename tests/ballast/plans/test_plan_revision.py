"""How a record moves on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.plans.plan import next_revision
from ballast.records.kept import Kept
from tests.ballast.update.rollouts import a_release, a_rollout, an_update
from tests.builders import a_disruption, a_watch


@pytest.mark.parametrize("record", [a_disruption(), a_watch(), a_rollout(), an_update(), a_release()])
def test_the_next_revision_of_any_record_is_one_later_under_the_same_key(record: Kept) -> None:
    later = next_revision(record)

    assert later.revision == record.revision + 1
    assert (later.cluster, later.item) == (record.cluster, record.item)


def test_its_changes_are_those_that_are_given() -> None:
    assert next_revision(replace(a_watch(revision=4), told=True)) == a_watch(revision=5, told=True)
