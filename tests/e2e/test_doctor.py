"""`ballast doctor` against the same deployment: it finds what was planted, and can look at everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.stage import MANAGED
from tests.e2e.looking import Account

NEARLY, PATIENT = "nearly", "patient"


@contextmanager
def planted(here: Account) -> Iterator[None]:
    """Three mistakes in clusters of their own. The second stays managed: a function that looks there would be refused."""
    with here.world() as world:
        world.add_cluster(NEARLY, {"ballast:managed": "True"})
        world.add_cluster(PATIENT, MANAGED)
        # Of no capacity provider, and without the tag; nobody wants to give its one instance back.
        world.add_group(PATIENT, PATIENT, desired=1, minimum=1)
        world.suspend_processes(PATIENT, "Terminate")
    try:
        yield
    finally:
        with here.world() as world:
            world.resume_processes(PATIENT, "Terminate")
            world.clusters[NEARLY].tags.clear()


def test_three_planted_mistakes_are_found_and_nothing_is_out_of_sight(here: Account) -> None:
    with planted(here):
        told = here.ballast("doctor", "--json")
        (here.logs / "doctor.txt").write_text(here.ballast("doctor").stdout)
    document = json.loads(told.stdout)
    found: list[dict[str, Any]] = document["findings"]
    broken = {(each["check"], each["where"]) for each in found if each["severity"] == "broken"}

    assert broken >= {
        ("near misses", f"cluster {NEARLY} has 'ballast:managed'='True'"),
        ("tags of groups", f"group {PATIENT} of {PATIENT}"),
        ("suspended processes", f"group {PATIENT} of {PATIENT}"),
    }
    assert [each for each in found if each["severity"] == "could_not_look"] == []
    assert {"credentials", "stack", "functions", "mappings", "rules", "topic", "Slack", "clock"} <= {
        each["check"] for each in found if each["severity"] == "fine"
    }
    assert (told.returncode, told.stderr, document["lacking"]) == (1, "", [])


def test_a_stack_that_is_not_there_is_a_finding_and_no_traceback(here: Account) -> None:
    told = here.ballast("doctor", "--stack", "nowhere")

    assert (told.returncode, told.stderr) == (1, "")
    assert "There is no stack of this name in this Region" in told.stdout
    assert "ballast doctor --stack ballast" in told.stdout
