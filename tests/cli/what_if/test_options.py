"""What is asked of what-if, and what is refused in one sentence."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from ballast_cli.dump.records import Dump
from ballast_cli.what_if.options import check_early, days_of, happening, new_release, questions
from ballast_cli.what_if.question import Happening
from simulator.stage import Stage
from tests.cli.what_if.fleets import ON, all_blocked, dump_of, dumped, small_mixed, staged


def options(**changes: Any) -> argparse.Namespace:
    usual = {
        "file": "fleet.json",
        "cluster": None,
        "event": None,
        "release": None,
        "days": None,
        "policy": None,
        "html": None,
    }
    return argparse.Namespace(**usual | changes)


def ids(dump: Dump, *, spot: bool) -> list[str]:
    return [each.id for each in dump.instances if each.spot is spot]


@pytest.mark.parametrize("given", [{"file": None}, {"cluster": "prod"}])
def test_either_a_file_or_a_cluster_is_asked(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="name either a file that `ballast dump` wrote, or a cluster with --cluster"):
        check_early(options(**given))


@pytest.mark.parametrize("days", ["-1", "0", "nan", "inf", "31", "one", ""])
def test_days_are_few_and_forward(days: str) -> None:
    with pytest.raises(ValueError, match=f"--days {days} is no number of days above 0 and up to 30"):
        check_early(options(days=days))


def test_half_a_day_is_a_day_too() -> None:
    assert (days_of("0.5"), days_of(None)) == (0.5, None)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            "spott:i-1",
            "--event spott:i-1 is none that can be played (did you mean spot?); there are spot:i-…, rebalance:i-…",
        ),
        ("spot", "--event spot is none that can be played (did you mean spot?); there are"),
        ("az:", "--event az: is none that can be played"),
        ("flood:here", "--event flood:here is none that can be played; there are spot:i-…"),
    ],
)
def test_an_event_that_nobody_knows_is_told_with_those_that_there_are(event: str, said: str) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011 - the sentence is compared
        check_early(options(event=event))

    assert str(told.value).startswith(said)


@pytest.mark.parametrize("version", ["1.64", "v1.64.0", "newest", "1.64.0-abc", "1.64.0.0"])
def test_a_release_is_a_version(version: str) -> None:
    with pytest.raises(ValueError, match="is no version such as"):
        check_early(options(release=version))


def test_an_event_names_what_is_in_the_dump() -> None:
    dump = dumped(small_mixed, **ON)
    spot, steady = ids(dump, spot=True)[0], ids(dump, spot=False)[0]

    assert happening(f"spot:{spot}", dump) == Happening("spot", spot)
    assert happening(f"retire:{steady}", dump) == Happening("retire", steady)
    assert happening("az:eu-central-1b", dump) == Happening("az", "eu-central-1b")
    for event, said in (
        ("terminate:i-0123456789abcdef0", "i-0123456789abcdef0 is not in the dump of shop"),
        (f"terminate:{steady[:-1]}f", f"(did you mean {steady}?)"),
        (f"spot:{steady}", f"{steady} is no Spot instance, and EC2 sends such an event to no other"),
        ("az:eu-central-1d", "shop has no zone eu-central-1d (did you mean eu-central-1"),
        ("az:us-east-1a", "shop has no zone us-east-1a; it has eu-central-1a, eu-central-1b, eu-central-1c"),
    ):
        with pytest.raises(ValueError) as told:  # noqa: PT011 - the sentence is compared
            happening(event, dump)
        assert said in str(told.value)


def test_nothing_more_happens_to_what_is_going() -> None:
    def going(stage: Stage) -> None:
        small_mixed(stage)
        stage.world.terminate_instance(stage.instances("web")[0])

    with staged(going) as stage:
        dump = dump_of(stage)
    [gone] = [each.id for each in dump.instances if each.state != "running"]

    with pytest.raises(ValueError, match=f"{gone} is shutting-down, so nothing more happens to it"):
        happening(f"retire:{gone}", dump)


def test_a_release_is_newer_than_what_runs() -> None:
    dump = dumped(small_mixed, **ON)

    assert new_release("1.64.0", dump) == "1.64.0"
    with pytest.raises(
        ValueError, match=r"--release 1[.]62[.]1 is not newer than 1[.]62[.]1, which runs in shop already"
    ):
        new_release("1.62.1", dump)
    with pytest.raises(ValueError, match="is for Bottlerocket, and no host of prod is known to run it"):
        new_release("1.64.0", dumped(all_blocked, **ON))


def test_each_policy_is_a_question_of_its_own(tmp_path: Path) -> None:
    paths = [tmp_path / "a.toml", tmp_path / "b.toml"]
    for path in paths:
        path.write_text('Rebalance = "on"')

    asked = questions(options(policy=list(map(str, paths)), days="2"), dumped(small_mixed, **ON))

    assert [(q.policy.name, q.days, q.minutes) for q in asked if q.policy] == [("a.toml", 2, 2880), ("b.toml", 2, 2880)]
