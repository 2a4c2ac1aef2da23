"""How many tasks with an interface of their own a host takes at least."""

from __future__ import annotations

import pytest

from ballast.facts.demands import least_task_interfaces


@pytest.mark.parametrize(
    ("instance_type", "plain", "trunked"),
    [
        ("m5.large", 2, 10),
        ("t3.micro", 1, 54),
        ("c6g.medium", 1, 4),
        ("m5.xlarge", 2, 18),
        ("r5.12xlarge", 2, 54),
        (None, 0, 0),
    ],
)
def test_the_least_of_any_type_of_the_size_counts(instance_type: str | None, plain: int, trunked: int) -> None:
    found = [least_task_interfaces(instance_type, trunking=trunking) for trunking in (False, True)]

    assert found == [plain, trunked]
