"""The page of an answer: by itself, escaped, summing up, telling all of it; read as HTML, and laid out where a browser is."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ballast_cli.dump.writing import text_of
from ballast_cli.what_if.answer import Answer, Blocked
from ballast_cli.what_if.layout import clock_of
from ballast_cli.what_if.page.report import report
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import PolicyFile, Question
from benchmarks.what_if.fleet import fragmented
from tests.builders import ROOT
from tests.cli.what_if.fleets import ON, blocked_throughout, dumped, small_mixed
from tests.cli.what_if.page.reading import CHROMIUM, Page, lay_out, read

HOSTILE = "</style></title>\"'><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>&\ud800\x00"
BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is on the path, so no page is laid out")


@pytest.fixture(scope="module")
def mixed() -> Answer:
    return answer(Question(dumped(small_mixed, **ON)))


@pytest.fixture(scope="module")
def blocked() -> Answer:
    return answer(Question(dumped(blocked_throughout, **ON)))


def check_whole(page: Page) -> None:
    """Every element is closed, and nothing is fetched, run or sent."""
    assert (page.open, page.wrong) == ([], [])
    assert not {tag for tag, _ in page.found} & {
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "link",
        "img",
        "image",
        "use",
    }
    names = {name for _, attributes in page.found for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "style", "xlink:href", "action")}
    assert all(a["href"].startswith("#policy-") for _, a in page.found if "href" in a)
    assert not re.search(r"url\(|@import|https?:", page.style)
    policy = next(a["content"] for _, a in page.found if a.get("http-equiv") == "Content-Security-Policy")
    style = base64.b64encode(sha256(page.style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        f"style-src 'sha256-{style}'",
    ]


def check_sums(found: Answer, page: Page) -> None:
    """To the last digit that is shown."""
    amounts = page.amounts()
    parts = [usd for name, usd in amounts.items() if name[0].isdigit()]
    services = [usd for name, usd in amounts.items() if name[0].isalpha() and name != "now"]
    assert len(parts) == 5
    assert sum(parts) == amounts["now"] == Decimal(f"{found.cost.now:.6f}")
    assert sum(services) == next(usd for name, usd in amounts.items() if name.startswith("4blocked"))


def check_told(found: Answer, page: Page) -> None:
    """Each instance with what blocks it, and each drain in its order."""
    drained = {each.instance for each in found.drained if each.at is not None}
    cells = {cell: row[1] for row in page.rows if len(row) == 2 for cell in row[0].split(", ")}
    for each in found.stays:
        if each.instance not in drained:
            assert all(sentence in cells[each.instance] for sentence in (each.sentence, *each.also))
    order = [row[1] for row in page.rows if len(row) > 4 and row[0] != "at"]
    assert order == [each.instance for each in found.drained]


def test_a_small_fleet_is_told_whole(mixed: Answer) -> None:
    page = read(report([mixed]))

    check_whole(page)
    check_sums(mixed, page)
    check_told(mixed, page)
    cards = [attributes["class"] for _, attributes in page.found if attributes.get("class", "").startswith("card ")]
    assert len(cards) == sum(e.instance in {d.instance for d in mixed.drained} for e in (*mixed.before, *mixed.after))
    assert f"goes: rebalancing at {clock_of(mixed.drained[0].at or 0)}" in page.text
    assert "agent lost" in page.text
    assert " new " in page.text


def test_a_fleet_in_which_everything_is_blocked_says_what_blocks_and_what_lifts_it(blocked: Answer) -> None:
    page = read(report([blocked]))

    check_whole(page)
    check_sums(blocked, page)
    check_told(blocked, page)
    assert "Nothing is drained." in page.text
    assert page.text.count("stays: ") == blocked.instances
    assert page.text.count("lifted by: ") == len({each.reason for each in blocked.stays})


def test_a_thousand_instances_stay_usable(tmp_path: Path) -> None:
    found = answer(Question(fragmented(1_000, 10_000)))
    text = report([found])
    page = read(text)

    check_whole(page)
    check_sums(found, page)
    check_told(found, page)
    assert len(text.encode()) < 500_000
    assert sum(tag == "rect" for tag, _ in page.found) < 10
    columns = "".join(
        attributes["d"] for _, attributes in page.found if attributes.get("class") == "track" and "d" in attributes
    )
    assert columns.count("M") == len(found.before) + len(found.after)
    if CHROMIUM:
        check_layout(tmp_path, text)


def check_layout(folder: Path, text: str) -> None:
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    for width in (390, 1280):
        assert lay_out(path, width) == (width, width, "")


@BROWSER
@pytest.mark.parametrize("fleet", ["mixed", "blocked"])
def test_a_phone_shows_it_without_scrolling_sideways_and_the_console_is_silent(
    tmp_path: Path, fleet: str, request: pytest.FixtureRequest
) -> None:
    found: Answer = request.getfixturevalue(fleet)
    check_layout(tmp_path, report([found]))
    check_layout(tmp_path, report([replace(found, policy=f"{'long-' * 20}{n}.toml") for n in range(4)]))


def hostile(value: Any) -> Any:
    """The same with every text another one, but for the names of the parts of the cost."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, tuple):
        return tuple(map(hostile, value))
    if isinstance(value, Mapping):
        return {f"{HOSTILE}{number}": hostile(each) for number, each in enumerate(value.values())}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: hostile(getattr(value, f.name)) for f in fields(value) if f.name != "parts"})
    return value


def test_no_name_becomes_markup(mixed: Answer) -> None:
    evil = replace(hostile(mixed), before=mixed.before, after=hostile(mixed.after))
    evil = replace(evil, blocked=(Blocked(HOSTILE, HOSTILE, 0.5),), release=None)
    text = report([evil, replace(evil, policy=HOSTILE)])
    page = read(text)

    check_whole(page)
    assert "<script>alert(1)</script>" in page.text
    assert not re.search("[\x00-\x08\ud800-\udfff]", text)


def test_a_price_that_nobody_knows_is_unknown_and_never_nothing(mixed: Answer) -> None:
    first, *others = mixed.before
    some = replace(mixed, cost=replace(mixed.cost, no_price=1), before=(replace(first, usd_per_hour=None), *others))
    page = read(report([some]))
    assert ["1 instance without a known price", "unknown"] in page.rows
    assert "price unknown" in page.text
    assert "and 1 unknown" in page.text

    none = tuple(replace(each, usd_per_hour=None) for each in mixed.before)
    nothing = dict.fromkeys(mixed.cost.parts, 0.0)
    cost = replace(mixed.cost, now=0.0, then=0.0, bound=0.0, parts=nothing, no_price=len(none))
    page = read(report([replace(mixed, cost=cost, blocked=(), before=none, after=none, drained=(), stays=(), acts=())]))
    assert "unknown: no price is known for 10 instances." in page.text
    assert "0.000 USD" not in page.text


def test_several_policies_are_side_by_side_and_then_each_by_itself(mixed: Answer) -> None:
    off = answer(Question(dumped(small_mixed, **ON), PolicyFile("off.toml", {"Rebalance": "off"})))
    page = read(report([replace(mixed, policy="on.toml"), off]))

    check_whole(page)
    assert ["", "on.toml", "off.toml"] in page.rows
    assert ["given back", "3", "0"] in page.rows
    assert [attributes["id"] for tag, attributes in page.found if tag == "article"] == ["policy-1", "policy-2"]
    assert page.text.count("The fleet before") == 2


def test_the_command_writes_the_same_page_each_time(tmp_path: Path) -> None:
    (tmp_path / "fleet.json").write_text(text_of(dumped(small_mixed, **ON)))
    for seed in ("1", "2"):
        asked = ["what-if", "fleet.json", "--html", f"{seed}.html"]
        paths = {"PYTHONPATH": f"{ROOT}/layers/shared:{ROOT}/cli:{ROOT}", "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "ballast_cli", *asked]
        done = subprocess.run(command, cwd=tmp_path, env=paths, capture_output=True, check=True)  # noqa: S603 - ourselves
        assert done.stdout.decode().endswith(f"\nThe page is in {seed}.html.\n")

    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()
    check_whole(read((tmp_path / "1.html").read_text(encoding="utf-8")))
