"""Only Terminating leaves; every other state has words of its own."""

from __future__ import annotations

import pytest

from ballast.drain.lifecycle import why_not_in_service
from ballast.drain.voluntary import objection
from tests.builders import NOW, a_judged_view, a_membership

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Instance.html, LifecycleState
STAYS = {
    "Pending": "web is still launching it (Pending)",
    "Pending:Wait": "web is still launching it (Pending:Wait)",
    "Pending:Proceed": "web is still launching it (Pending:Proceed)",
    "Quarantined": "it is Quarantined in web",
    "Detaching": "it is being detached from web, which would not replace it",
    "Detached": "it is being detached from web, which would not replace it",
    "EnteringStandby": "it is EnteringStandby in web: whoever put it there decides when it serves again",
    "Standby": "it is Standby in web: whoever put it there decides when it serves again",
    "ReplacingRootVolume": "web gives it a new root volume (ReplacingRootVolume)",
    "ReplacingRootVolume:Wait": "web gives it a new root volume (ReplacingRootVolume:Wait)",
    "RootVolumeReplaced": "web gives it a new root volume (RootVolumeReplaced)",
    "Warmed:Pending:Wait": "it waits in the warm pool of web (Warmed:Pending:Wait)",
    "Warmed:Stopped": "it waits in the warm pool of web (Warmed:Stopped)",
    "Warmed:Running": "it waits in the warm pool of web (Warmed:Running)",
    "Warmed:Hibernated": "it waits in the warm pool of web (Warmed:Hibernated)",
}
LEAVES = [
    "Terminating",
    "Terminating:Wait",
    "Terminating:Proceed",
    "Terminating:Retained",
    "Terminated",
    "Warmed:Terminating",
    "Warmed:Terminating:Wait",
    "Warmed:Terminated",
]


@pytest.mark.parametrize(("state", "words"), STAYS.items())
def test_a_state_that_is_no_end_has_words_of_its_own(state: str, words: str) -> None:
    view = a_judged_view(membership=a_membership(lifecycle_state=state))

    assert not view.leaves_its_group
    assert objection(view, NOW) == words


@pytest.mark.parametrize("state", LEAVES)
def test_terminating_is_the_end(state: str) -> None:
    view = a_judged_view(membership=a_membership(lifecycle_state=state))

    assert view.leaves_its_group
    assert objection(view, NOW) == "its Auto Scaling group is already terminating it"


def test_in_service_is_no_objection() -> None:
    assert why_not_in_service(a_membership()) is None
