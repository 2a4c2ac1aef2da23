"""`make demo ARGS='--scenario FILE.py'`: scenarios that lie outside the package."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.__main__ import main

HEAD = """from simulator.stage import MANAGED, Scenario, Stage


"""
GOOD = (
    HEAD
    + """def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=3, spot=True)
    world.add_service("prod", "shop", desired=3)
    stage.at(2, lambda: world.warn_spot(stage.instances("web")[0]))


SCENARIO = Scenario("mine", "One warning", 5, build)
"""
)


def run(folder: Path, text: str | bytes, *arguments: str) -> int:
    path = folder / "mine.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return main(["demo", "--scenario", str(path), *arguments])


def test_a_scenario_outside_the_package_is_played(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(tmp_path, GOOD, "--json", "--seed", "7") == 0

    result = json.loads(capsys.readouterr().out)
    assert (result["scenario"], result["seed"], result["virtual_seconds"]) == ("mine", 7, 300)
    assert "SpotInterruption" in [notice["code"] for notice in result["notices"]]
    assert not list(tmp_path.glob("__pycache__"))


def test_it_is_shown_in_lines_as_any_other(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(tmp_path, GOOD, "--plain") == 0

    assert "Spot interruption warning" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("def build(:\n", 1, "this is no Python: invalid syntax"),
        (b"\xff", 1, "it is no UTF-8 text"),
        ("x = 1\n", 1, "does not end in SCENARIO"),
        ("", 1, "does not end in SCENARIO"),
        ("import no_such_module\n", 1, "No module named 'no_such_module' (ModuleNotFoundError)"),
        ("import sys\nsys.exit(3)\n", 2, "the file ends the program"),
        ("SCENARIO = 7\n", 1, "SCENARIO is of type int"),
        (HEAD + 'SCENARIO = Scenario("a", "b", "c", print)\n', 4, "minutes of a Scenario is a number above 0, not 'c'"),
        (HEAD + 'SCENARIO = Scenario("a", "b", 0, print)\n', 4, "minutes of a Scenario is a number above 0, not 0"),
        (HEAD + 'SCENARIO = Scenario("a", "b", 5, lambda: None)\n', 4, "build of a Scenario is a function that takes"),
        (HEAD + 'SCENARIO = Scenario("a", "b", 5, None)\n', 4, "build of a Scenario is a function that takes"),
        (HEAD + 'SCENARIO = Scenario("a", "b")\n', 4, "missing 2 required positional arguments"),
        (HEAD + 'SCENARIO = Scenario("a", "b", 5, print, {"NoSuch": "1"})\n', 4, "no parameter NoSuch"),
        (HEAD + 'SCENARIO = Scenario("a", "b", 5, print, {"DryRun": True})\n', 4, "parameters of a Scenario are texts"),
        (HEAD + 'SCENARIO = Scenario("a", "b", 5, print, ends=7)\n', 4, "ends of a Scenario is a function"),
        (GOOD.replace("warn_spot", "warn_spit"), 9, "has no attribute 'warn_spit'"),
        (GOOD.replace('"web")[0]', '"db")[0]'), 9, "'db' is not known (KeyError)"),
        (GOOD.replace('"prod", desired=3', '"prod", wanted=3'), 7, "unexpected keyword argument 'wanted'"),
        (GOOD.replace('"web", "prod"', '"web", "no-such"'), 7, "Cluster not found"),
        (GOOD.replace("lambda: world", "world"), 9, "must be something to call"),
        (GOOD.replace("stage.at(2", 'stage.at("2"'), 9, "'2' is no number of minutes"),
        (GOOD.replace("desired=3)", 'desired=3, member_of=["moon == full"])'), 8, "Unknown subject: moon"),
        (
            GOOD.replace("lambda: world.warn_spot(stage.instances", "{}.popitem or (lambda: stage.instances"),
            9,
            "dictionary is empty",
        ),
        (GOOD.replace("desired=3)", 'desired=3, stop_seconds=("a", "b"))'), 12, "while it was played"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_file_and_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | bytes, line: int, said: str
) -> None:
    assert run(tmp_path, text, "--json") == 2

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"{tmp_path / 'mine.py'}, line {line}: ")
    assert said in output.err
    assert output.err.endswith(".\n")
    assert output.err.count("\n") == 1


def test_after_a_mistake_another_scenario_can_be_played(tmp_path: Path) -> None:
    assert run(tmp_path, GOOD.replace("add_group", "add_troop"), "--json") == 2
    assert run(tmp_path, GOOD, "--json") == 0


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["demo", "--scenario", str(tmp_path / "none.py")]) == 2

    assert "none.py, line 1: the file cannot be read: No such file or directory." in capsys.readouterr().err


def test_a_name_that_is_none_lists_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--scenario", "no-such"])

    assert ended.value.code == 2
    assert "spot-storm" in capsys.readouterr().err
