"""docs/first-hour.md, typed from its first command to its last: what it shows is what comes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from tests.builders import ROOT
from tests.e2e.looking import Account
from tests.e2e.page import bound, difference, filled, steady, steps, written
from tests.e2e.typing_it import Typist

PAGE = ROOT / "docs" / "first-hour.md"
WRITE = "BALLAST_E2E_WRITE" in os.environ  # what comes into the page
CLUSTER, GROUP = "prod", "prod-web"


def test_the_first_hour_is_as_its_page_tells_it(first: Account) -> None:
    page = PAGE.read_text()
    typist, known, answers = Typist(first), dict[str, str](), dict[tuple[int, int], str]()
    for step in steps(page):
        if step.kind == "meanwhile":
            MEANWHILE[step.text](first)
        elif step.kind == "toml":
            typist.edit(filled(step.text, known))
        else:
            came = typist.type(filled(step.text, known))
            known |= bound(step.answer, came)
            if steady(came) != steady(step.answer):
                assert WRITE, f"`{step.text}` does not answer what {PAGE.name} shows.\n{difference(step.answer, came)}"
                answers[step.at] = filled(came, {new: old for old, new in known.items()})
    if WRITE:
        PAGE.write_text(written(page, answers))

    assert typist.code == 0
    assert first.refused() == []
    everything_could_be_looked_at(first)


def everything_could_be_looked_at(first: Account) -> None:
    document = json.loads(first.ballast("doctor", "--json").stdout)
    severities = {(each["severity"], each["check"]) for each in document["findings"]}

    assert [each for each in severities if each[0] in {"could_not_look", "broken"}] == []
    assert {"credentials", "stack", "functions", "mappings", "rules", "topic", "Slack", "clock", "tags of groups"} <= {
        check for severity, check in severities if severity == "fine"
    }
    assert document["lacking"] == []


def a_minute_passes(first: Account) -> None:
    """What the schedule of every minute sends next."""
    first.send("DrainSweeps", json.dumps(first.event("scheduled_sweep", {})))
    first.eventually("Ballast has found the cluster", lambda: any(CLUSTER in str(item) for item in first.items()))


def it_arrives(first: Account) -> None:
    first.eventually("Slack has the test", lambda: any("this is a test ticket" in text for text in first.messages()))
    first.eventually("SNS has the test", lambda: any("This is a test ticket" in text for text in first.mail()), 90)


def a_dry_warning(first: Account) -> None:
    warned = warn(first, 0)
    first.eventually("Slack has a message", lambda: any(warned in text for text in first.messages()))
    first.eventually("the log has it", lambda: warned in first.ballast("history", "--since", "10m").stdout)
    assert first.hosts(CLUSTER)[warned] == "ACTIVE"


def a_warning(first: Account) -> None:
    warned = warn(first, 1)
    first.eventually("it drains", lambda: first.hosts(CLUSTER).get(warned) == "DRAINING")


def its_end(first: Account) -> None:
    first.eventually("it is told empty", lambda: " empty" in first.ballast("history", "--since", "10m").stdout, 90)


def warn(first: Account, which: int) -> str:
    warned = first.instances(GROUP)[which]
    with first.world() as world:
        world.warn_spot(warned)
    return warned


MEANWHILE: dict[str, Callable[[Account], None]] = {
    "a minute passes": a_minute_passes,
    "the test arrives": it_arrives,
    "AWS warns an instance": a_dry_warning,
    "AWS warns another one": a_warning,
    "its tasks end": its_end,
}
