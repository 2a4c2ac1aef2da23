"""What the tags of a cluster say against everything voluntary."""

from __future__ import annotations

import pytest

from ballast.policy.policy import OPT_OUT_TAG, Policy, policy_objection
from tests.builders import after

UNREADABLE = Policy(unreadable=(("ballast:on-rebalance", "maybe", "drain, notify or ignore"),))


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (Policy(), None),
        (Policy(unreadable=(("UpdateWaves", "50 20", "growing"),)), "the parameter UpdateWaves=50 20 cannot be read"),
        (UNREADABLE, "the cluster's tag ballast:on-rebalance=maybe cannot be read"),
        (Policy(opted_out="true"), f"the cluster is opted out by {OPT_OUT_TAG}=true"),
        (Policy(opted_out="2026-11-23T10:00:00Z"), f"the cluster is opted out by {OPT_OUT_TAG}=2026-11-23T10:00:00Z"),
    ],
)
def test_the_first_tag_that_forbids_it_is_named(policy: Policy, why: str | None) -> None:
    assert policy_objection(policy, after(59)) == why


def test_an_opt_out_ends_with_its_time() -> None:
    assert policy_objection(Policy(opted_out="2026-11-23T10:00:00Z"), after(60)) is None
