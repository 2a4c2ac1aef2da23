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
    typist = Typist(first)
    page, known, answers = PAGE.read_text(), dict[str, str](), dict[tuple[int, int], str]()
    for step in steps(page):
        if step.kind == "meanwhile":
            happened = step.text.partition(" i-")[0]
            known |= bound(step.text, MEANWHILE[happened](first))
        elif step.kind == "toml":
            typist.edit(filled(step.text, known))
        else:
            came = typist.type(filled(step.text, known))
            known |= bound(step.answer, came)
            if steady(came) != steady(step.answer):
                assert WRITE, f"`{step.text}` does not answer what {PAGE.name} shows.\n{difference(step.answer, came)}"
                answers[step.at] = filled(came, {new: old for old, new in known.items()})
                PAGE.write_text(written(page, answers))

    assert typist.code == 0
    assert first.refused() == []
    everything_could_be_looked_at(first)
    test = "This is a test ticket"
    first.eventually("Slack has the test", lambda: any(test in text for text in first.messages()))
    first.eventually("SNS has the test", lambda: any(test in text for text in first.mail()))


def everything_could_be_looked_at(first: Account) -> None:
    document = json.loads(first.ballast("doctor", "--json").stdout)
    severities = {(each["severity"], each["check"]) for each in document["findings"]}

    assert [each for each in severities if each[0] in {"could_not_look", "broken"}] == []
    assert {"credentials", "stack", "functions", "mappings", "rules", "topic", "Slack", "clock", "tags of groups"} <= {
        check for severity, check in severities if severity == "fine"
    }
    assert document["lacking"] == []


def a_minute_passes(first: Account) -> str:
    """What the schedule of every minute sends next."""
    first.send("DrainSweeps", json.dumps(first.event("scheduled_sweep", {})))
    first.eventually("Ballast has found the cluster", lambda: any(CLUSTER in str(item) for item in first.items()))
    return ""


def a_warning_in_dry_run(first: Account) -> str:
    warned = warn(first, 0)
    first.eventually("the log has it", lambda: warned in first.ballast("history", "--since", "10m").stdout)
    assert first.hosts(CLUSTER)[warned] == "ACTIVE"
    return warned


def a_warning(first: Account) -> str:
    warned = warn(first, 1)
    first.eventually("it drains", lambda: first.hosts(CLUSTER).get(warned) == "DRAINING")
    return warned


def its_end(first: Account) -> str:
    first.eventually("it is told empty", lambda: " empty" in first.ballast("history", "--since", "10m").stdout, 90)
    return ""


def warn(first: Account, which: int) -> str:
    warned = first.instances(GROUP)[which]
    with first.world() as world:
        world.warn_spot(warned)
    return warned


MEANWHILE: dict[str, Callable[[Account], str]] = {  # each answers whom it was about
    "a minute passes": a_minute_passes,
    "in dry run AWS warns": a_warning_in_dry_run,
    "AWS warns": a_warning,
    "its tasks end": its_end,
}
