from __future__ import annotations

import pytest

from ballast.words.asked import Asked, read_asked


def test_what_is_asked_is_read_as_it_was_said() -> None:
    detail = {"do": ["approve", "halt"], "plan": "0123456789abcdef", "variant": "aws-ecs-2", "version": "1.64.0"}

    assert read_asked(detail) == Asked(("approve", "halt"), "0123456789abcdef", "aws-ecs-2", None, "1.64.0")


def test_what_names_no_plan_is_not_asked() -> None:
    with pytest.raises(KeyError):
        read_asked({"do": ["halt"]})
