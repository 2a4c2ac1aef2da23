"""What is said of a day: with units, in the right number, and nothing that nobody knows."""

from __future__ import annotations

from typing import Any

from ballast.words.codes import Code
from ballast.words.digest import MOST_WAITING, Counts, digest
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity
from tests.ballast.words.sentences import of
from tests.builders import NOW, after


def told(
    numbers: dict[str, int] | None = None, sums: dict[str, int] | None = None, blocked: dict[str, int] | None = None,
    *waiting: str, partition: str = "aws",
) -> Notice:  # fmt: skip
    counts: Any = (numbers or {}, sums or {}, blocked or {})
    return digest(Counts(*counts), waiting, after(-1440), NOW, partition=partition)


def test_it_informs_once_for_each_time() -> None:
    notice = told({"drained": 1}, {"drained": 1})

    assert Notice.parse({"detail": notice.to_detail()}) == notice
    assert of(notice) == (Code.FLEET_DIGEST, Severity.INFO, True)
    assert (notice.cluster, notice.incident) == (EVERY_CLUSTER, "digest/20261123T090000Z")


def test_one_is_singular_and_what_was_not_done_is_not_listed() -> None:
    one = told({"drained": 1, "repaired": 1, "cut_off": 1, "page": 1}, {"drained": 1, "cut_off": 1})

    assert "09:00 UTC: 1 instance drained, 1 repair begun. ECS counted 1 task on what drained." in one.what
    assert one.impact.startswith("1 instance went with tasks on it (1 task); 1 page.")


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    notice = told({"drained": 2})

    assert "How many tasks moved is not known of all of them." in notice.what
    assert "No task is known to be cut off; no page, no ticket." in notice.impact
    assert notice.impact.endswith("What something holds is not known: no cluster has reported it.")


def test_what_was_given_back_and_what_is_held_have_their_sums() -> None:
    blocked = {"a": 1_000, "b": 400_000, "c": 300_000, "d": 200_000}
    notice = told({"given_back": 2}, {"given_back": 384_000}, blocked)

    assert "Given back: 0.384 USD/h." in notice.impact
    assert (
        "Something holds 0.901 USD/h, as last reported (b 0.400 USD/h, c 0.300 USD/h, d 0.200 USD/h, and 1 more)."
        in (notice.impact)
    )
    assert "0.384 CNY/h" in told({"given_back": 2}, {"given_back": 384_000}, partition="aws-cn").impact


def test_who_is_needed_is_named_and_the_others_are_counted() -> None:
    notice = told({"drained": 1}, {}, {}, *(f"prod: i-{n} stuck" for n in range(MOST_WAITING + 3)))

    assert notice.next.splitlines()[1] == "prod: i-0 stuck"
    assert notice.next.splitlines()[-1] == "and 3 more"
    assert notice.title == "digest: 1 drained, 11 matters open"
    assert told().next == "Nothing waits for anybody."
