"""What on-call reads about tags and parameters that cannot be read: one ticket a cluster, which names them all."""

from __future__ import annotations

import pytest

from ballast.records.watch import Watch, WatchKind
from ballast.words import tags
from tests.builders import CLUSTER, NOW, a_cluster, after

WATCH = Watch(CLUSTER, WatchKind.UNREADABLE_POLICY, "*", NOW)
TAG = ("ballast:disruption-budget", "ten", "a number or a percentage")
OTHER = ("ballast:exclude", "maybe", "true or false")
PARAMETER = ("UpdateWaves", "50 20", "rising percentages")


def test_one_tag_is_told_with_its_value_and_what_is_expected() -> None:
    told = tags.policy_unreadable(a_cluster(), WATCH, [TAG], NOW)

    assert told.what == "The tag ballast:disruption-budget=ten of cluster prod cannot be read."
    assert told.why == "Expected a number or a percentage."
    assert told.next == "Correct or remove the tag; Ballast notices within two minutes."
    assert told.title.endswith("ballast:disruption-budget")


def test_several_are_told_together_each_with_what_is_expected_of_it() -> None:
    told = tags.policy_unreadable(a_cluster(), WATCH, [TAG, OTHER, PARAMETER], NOW)

    assert told.what == (
        "The tags ballast:disruption-budget=ten and ballast:exclude=maybe of cluster prod "
        "and the parameter UpdateWaves=50 20, which it goes by, cannot be read."
    )
    assert told.why == (
        "Expected for ballast:disruption-budget a number or a percentage; for ballast:exclude true or false; "
        "for UpdateWaves rising percentages."
    )
    assert told.next == (
        "Correct or remove the tags; Ballast notices within two minutes. "
        "Correct the parameter and deploy again; until then its default holds."
    )
    assert told.title.endswith("(+2)")


def test_a_parameter_alone_is_told_of_the_cluster_that_goes_by_it() -> None:
    told = tags.policy_unreadable(a_cluster(), WATCH, [PARAMETER], NOW)

    assert told.what == "The parameter UpdateWaves=50 20, which cluster prod goes by, cannot be read."


def test_each_of_many_is_named_however_long_it_is() -> None:
    wrong = [(f"ballast:tag-{number}", "x" * 300, "y") for number in range(10)]

    told = tags.policy_unreadable(a_cluster(), WATCH, wrong, NOW)

    assert all(f"ballast:tag-{number}=" in told.what for number in range(10))
    assert len(told.what) < 800


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["ballast:exclude"], "The tag ballast:exclude of cluster prod is corrected or gone."),
        (
            ["A", "B", "C"],
            "The parameters A, B and C of cluster prod are corrected, or a tag overrides them.",
        ),
        ([], "What cannot be read of the settings of cluster prod has changed."),
    ],
)
def test_what_is_read_again_is_named(names: list[str], what: str) -> None:
    told = tags.policy_readable(a_cluster(), WATCH, names, False, after(9))  # noqa: FBT003 - as it is called

    assert (told.what, told.impact) == (what, "None.")


def test_what_still_cannot_be_read_is_told_by_another_ticket() -> None:
    told = tags.policy_readable(a_cluster(), WATCH, ["ballast:exclude"], True, after(9))  # noqa: FBT003 - as it is called

    assert told.impact == "Ballast still begins no voluntary drain in this cluster."
