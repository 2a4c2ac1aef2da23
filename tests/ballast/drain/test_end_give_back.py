"""What was taken of an instance that stays is given back, and nothing else."""

from __future__ import annotations

import pytest

from ballast.drain.end import give_back
from ballast.plans.actions import Reactivate, SetScaleInProtection
from ballast.records.disruption import Disruption
from tests.builders import CLUSTER, GROUP, INSTANCE_ID, a_container_instance, a_draining_view, a_view, a_voluntary

ACTIVE_AGAIN = Reactivate(CLUSTER, a_container_instance().arn)
PROTECTED_AGAIN = SetScaleInProtection(GROUP, INSTANCE_ID, protected=True)
UNPROTECTED = a_voluntary(unprotected=True, group=GROUP)


@pytest.mark.parametrize("serves", [True, False])
@pytest.mark.parametrize("taken", [UNPROTECTED, a_voluntary(), a_voluntary(unprotected=True, group=None)])
def test_it_is_active_again_if_it_serves_and_protected_again_if_we_unprotected_it(
    taken: Disruption, *, serves: bool
) -> None:
    given = give_back(a_draining_view(taken), taken, serves=serves)

    assert (ACTIVE_AGAIN in given) is serves
    assert (PROTECTED_AGAIN in given) is (taken == UNPROTECTED)
    assert len(given) == serves + (taken == UNPROTECTED)


def test_what_is_active_already_or_has_left_the_cluster_is_not_set_active() -> None:
    assert give_back(a_view(a_voluntary()), a_voluntary(), serves=True) == ()
    assert give_back(a_view(UNPROTECTED, instance=None), UNPROTECTED, serves=True) == (PROTECTED_AGAIN,)
