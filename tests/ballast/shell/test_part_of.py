"""Which terminations did Ballast ask for?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.aws.ledger import Ledger
from ballast.facts.view import View
from ballast.policy.updates import Strategy
from ballast.shell.part_of import as_steps
from tests.ballast.update.rollouts import ARCH, VARIANT, a_rollout
from tests.builders import GROUP, INSTANCE_ID, a_container_instance, a_hook_trigger, a_spot_trigger, a_view

REFRESHED = a_rollout(revision=0, image_id=None, strategy=Strategy.REPLACE, refreshing=GROUP)
HOST = a_view(instance=a_container_instance(variant=VARIANT, arch=ARCH))
HELD = {INSTANCE_ID: a_hook_trigger()}


def test_what_a_group_terminates_while_its_rollout_refreshes_it_is_a_step_of_that(ledger: Ledger) -> None:
    ledger.write(None, REFRESHED)

    part_of = as_steps(HELD, [HOST], ledger.table)[INSTANCE_ID].part_of

    assert part_of is not None
    assert part_of.incident == REFRESHED.incident


@pytest.mark.parametrize(
    "rollout",
    [
        replace(REFRESHED, refreshing=None),
        replace(REFRESHED, refreshing="another"),
        replace(REFRESHED, arch="arm64"),
    ],
)
def test_a_rollout_that_refreshes_something_else_has_not_asked_for_it(ledger: Ledger, rollout: object) -> None:
    ledger.write(None, rollout)  # type: ignore[arg-type]  # parametrised as an object

    assert as_steps(HELD, [HOST], ledger.table)[INSTANCE_ID].part_of is None


@pytest.mark.parametrize("view", [a_view(), a_view(instance=None)])
def test_a_host_that_is_none_of_bottlerocket_s_asks_the_ledger_nothing(view: View) -> None:
    assert as_steps(HELD, [view], "no such table") is HELD


def test_a_spot_warning_is_no_step_and_a_ledger_that_does_not_answer_holds_no_drain_up(ledger: Ledger) -> None:
    spot = {INSTANCE_ID: a_spot_trigger()}

    assert as_steps(spot, [HOST], "no such table") is spot
    assert as_steps(HELD, [HOST], f"{ledger.table}-of-others") is HELD
