"""watch_bottlerocket hears its schedule, and nothing else."""

from __future__ import annotations

import pytest

from ballast.errors import UnexpectedEventError
from ballast.records.event import Sweep
from ballast.releases.events import parse
from tests.builders import NOW, load_event


def test_the_schedule_asks_for_a_check() -> None:
    assert parse(load_event("scheduled_sweep") | {"time": "2026-11-23T09:00:00Z"}) == Sweep(NOW)


@pytest.mark.parametrize("name", ["ballast_update_command", "ecs_container_instance_state_change"])
def test_no_other_event_does(name: str) -> None:
    with pytest.raises(UnexpectedEventError, match="asks for no check of releases: remove the rule"):
        parse(load_event(name))
