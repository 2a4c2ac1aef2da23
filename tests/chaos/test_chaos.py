"""Random worlds with every fault on, and some with an attacker instead: the invariants hold in each.

`make chaos` plays more; these fit into the nine minutes of CI.
"""

from __future__ import annotations

import pytest

from simulator.chaos import play_seed
from simulator.chaos.play import play_outcome


@pytest.mark.parametrize("seed", range(4))
def test_invariants_hold_whatever_goes_wrong(seed: int) -> None:
    assert play_seed(seed) == []


@pytest.mark.parametrize("seed", [4, 9])
def test_invariants_hold_whatever_an_attacker_does(seed: int) -> None:
    """A conversation, and the sweeps of a cluster, stood still over an item that nobody could read."""
    assert play_outcome(seed, hostile=True).broken == []
