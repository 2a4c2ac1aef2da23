"""docs/fidelity.md names nothing that is not there, and leaves out no page of AWS that a rule names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import ROOT
from tools.fidelity.dead import mistakes, pages_of
from tools.fidelity.models import why_not_in_models
from tools.fidelity.page import no_behaviours, numbers, rows, seen_in
from tools.fidelity.rows import FOLDER, HEADINGS, NoBehaviour, read_no_behaviours, read_rows

ROWS = read_rows(ROOT)
OTHERS = read_no_behaviours(ROOT)
PAGE = "https://docs.aws.amazon.com/x/latest/a.html"


def test_every_row_names_what_is_there_and_every_page_that_a_rule_names_has_a_row_or_a_reason() -> None:
    assert mistakes(ROOT, ROWS, OTHERS) == []


def test_no_behaviour_is_told_twice_and_none_without_words() -> None:
    told = [row.says for row in ROWS]

    assert sorted({says for says in told if told.count(says) > 1}) == []
    assert [row.says for row in ROWS if not row.says.endswith(".") or not row.wrong.endswith(".")] == []
    assert [row.says for row in ROWS if "|" in row.check] == []  # a table would end there
    assert [other.why for other in OTHERS if len(other.why.split()) < 5] == []


def test_each_row_has_a_command_or_a_set_up_that_the_page_describes_and_leans_on_no_other_row() -> None:
    set_ups = (ROOT / "docs/fidelity.md").read_text("utf-8").partition("## Set-ups")[2].partition("## Behaviours")[0]
    described = set(re.findall(r"\*\*(.+?)\*\*", set_ups))
    named = {row.says: set(re.findall(r"\*\*(.+?)\*\*", row.check)) for row in ROWS}

    assert [row.says for row in ROWS if "`aws " not in row.check and not named[row.says]] == []
    assert set().union(*named.values()) <= described
    assert [row.says for row in ROWS if "above" in row.check] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rule": "simulator/gone.py"}, "there is no simulator/gone.py; name the file in which the rule is now"),
        ({"beside": "no such text"}, "is 0 times in .*; name a text that is there once"),
        ({"pages": (PAGE,)}, f"does not name {PAGE}; name the page beside the rule"),
        (
            {"tests": ("tests/test_names.py::test_gone",)},
            "there is no test tests/test_names.py::test_gone; name the one",
        ),
        ({"tests": ("tests/gone.py::test_x",)}, "there is no test tests/gone.py::test_x"),
        ({"tests": ("tests/test_names.py",)}, "there is no test tests/test_names.py;"),
        ({"model": ("ecs.DescribeTasks.output.jobs",)}, "there is no member jobs; name what botocore has"),
        ({"emulator": (ROWS[0].tests[0],)}, "none of tests/e2e; nothing was seen in the emulator by it"),
    ],
)
def test_a_dead_row_is_told_in_a_sentence_that_says_what_to_do(change: dict[str, object], sentence: str) -> None:
    rows_of = [replace(ROWS[0], **change), *ROWS]  # type: ignore[arg-type]  # one field by its name

    [said] = mistakes(ROOT, rows_of, OTHERS)

    assert said.startswith(repr(ROWS[0].says))
    assert re.search(sentence, said)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for folder in ("layers/shared/ballast", "simulator/world"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "simulator/world/a.py").write_text(f'"""A rule ({PAGE}#part). And {PAGE}."""\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("mark", "told"), [("", 0), ('pytestmark = pytest.mark.skip(reason="later")\n', 1)])
def test_a_story_that_is_skipped_has_seen_nothing(small: Path, mark: str, told: int) -> None:
    story, test = small / "tests/e2e/test_a.py", "tests/e2e/test_a.py::test_it"
    story.parent.mkdir(parents=True)
    story.write_text(f"{mark}def test_it() -> None: ...\n", encoding="utf-8")
    row = replace(ROWS[0], rule="simulator/world/a.py", beside="A rule", pages=(PAGE,), tests=(test,), emulator=(test,))

    said = mistakes(small, [replace(row, model=(), reading="")], [])

    assert len(said) == sum("is skipped" in sentence for sentence in said) == told


def test_a_page_beside_a_rule_that_has_no_row_is_told_with_what_to_do(small: Path) -> None:
    [said] = mistakes(small, [], [])

    assert said.startswith(f"{PAGE}, which simulator/world/a.py names, has no row; write one into {FOLDER}/, or say in")
    assert mistakes(small, [], [NoBehaviour("It is the name of a limit.", (PAGE,))]) == []


def test_what_is_played_both_ways_has_a_row_and_what_is_not_has_none() -> None:
    changed = [replace(row, reading="gone" if row.reading == "zones_by_id" else row.reading) for row in ROWS]

    gone, missing = mistakes(ROOT, changed, OTHERS)

    assert gone.endswith("has no gone any more; say what AWS does, with its page, or take the row away")
    assert missing.endswith(f"plays zones_by_id both ways, and no row says so; write one into {FOLDER}/")


def test_a_page_that_no_rule_names_needs_no_excuse(small: Path) -> None:
    gone = f"{PAGE}l"

    [said] = mistakes(small, [], [NoBehaviour("It is the name of a limit.", (PAGE, gone))])

    assert said == f"{gone} is in {FOLDER}/no_behaviour.yaml, but no rule names it any more; take it away"


def test_a_page_has_a_row_or_an_excuse_and_not_both() -> None:
    page = ROWS[0].pages[0]

    [said] = mistakes(ROOT, ROWS, [*OTHERS, NoBehaviour("It is the name of a limit.", (page,))])

    assert said.endswith("and has a row or is there twice; keep one")


def test_pages_are_found_in_prose_without_their_parts_and_without_the_full_stop() -> None:
    assert pages_of(f"See {PAGE}. Or ({PAGE}#a), `{PAGE}`: so.") == {PAGE}


@pytest.mark.parametrize(
    "name",
    [
        "ecs.UpdateContainerInstancesState.input.status=DRAINING",
        "ecs.DescribeTasks.output.tasks.containers.memoryReservation",
        "autoscaling.StartInstanceRefresh.errors=InstanceRefreshInProgress",
        "ssm.SendCommand.input.InstanceIds<=50",
    ],
)
def test_what_botocore_has_is_found(name: str) -> None:
    assert why_not_in_models(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("esc.StopTask.input.task", "no such service"),
        ("ecs", "not SERVICE.OPERATION"),
        ("ecs.StopTasks.input.task", "has no operation StopTasks"),
        ("ecs.StopTask.input.tasks", "no member tasks"),
        ("ecs.StopTask.input.task.arn", "no member arn"),
        ("ecs.UpdateContainerInstancesState.input.status=EMPTY", "the values are"),
        ("autoscaling.StartInstanceRefresh.errors=Busy", "declares only"),
        ("ssm.SendCommand.input.InstanceIds<=51", "at most 50"),
    ],
)
def test_what_botocore_does_not_have_is_said(name: str, why: str) -> None:
    assert why in (why_not_in_models(name) or "")


def test_a_row_must_say_everything(small: Path) -> None:
    (small / FOLDER).mkdir(parents=True)
    for kind in HEADINGS:
        (small / FOLDER / f"{kind}.yaml").write_text("- says: AWS does.\n  seen: real AWS\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"lost\.yaml: the row 'AWS does\.' lacks .*'tests'.* and has \['seen'\]"):
        read_rows(small)


def test_where_a_row_is_seen_follows_from_what_it_names() -> None:
    plain = replace(ROWS[0], model=(), emulator=())

    assert seen_in(plain) == ["docs"]
    assert seen_in(replace(plain, reading="zones_by_id")) == ["left open by docs"]
    assert seen_in(replace(plain, model=("ecs.StopTask",), emulator=("x",))) == ["docs", "botocore model", "emulator"]


def test_the_page_has_every_row_once_by_what_can_go_wrong_and_the_pages_without_one() -> None:
    text = rows(ROOT)

    assert [line.removeprefix("### ") for line in text.splitlines() if line.startswith("###")] == [*HEADINGS.values()]
    numbered = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    assert [int(n) for n in numbered if n.isdecimal()] == [*range(1, len(ROWS) + 1)]
    assert f"| all rows | {len(ROWS)} |" in numbers(ROOT)
    assert "| real AWS | 0 |" in numbers(ROOT)
    assert all(page in no_behaviours(ROOT) for other in OTHERS for page in other.pages)
