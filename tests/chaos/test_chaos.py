"""Four random worlds with every fault on: the invariants hold in each.

`make chaos` plays more; these fit into the nine minutes of CI.
"""

from __future__ import annotations

import pytest

from simulator.chaos import play_seed


@pytest.mark.parametrize("seed", range(4))
def test_invariants_hold_whatever_goes_wrong(seed: int) -> None:
    assert play_seed(seed) == []
