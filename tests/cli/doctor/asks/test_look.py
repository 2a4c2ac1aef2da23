"""A refusal becomes something unseen, with the action that was refused; an error of ours is none."""

from __future__ import annotations

import pytest

from ballast.errors import CallFailedError, DeniedError, UnavailableError
from ballast_cli.doctor.asks.look import at_once, look
from ballast_cli.doctor.seen import Unseen


def raises(error: Exception) -> int:
    raise error


def test_what_is_answered_is_seen() -> None:
    assert look(lambda: 7) == 7


def test_a_denied_call_names_its_action_and_awss_reason() -> None:
    because = "because no identity-based policy allows the events:ListRules action"
    said = f"AWS refused ListRules (AccessDeniedException): User: x is not authorized to perform: events:ListRules {because}"
    error = DeniedError(said, "ListRules", "AccessDeniedException")

    assert look(lambda: raises(error)) == Unseen(
        f"AWS refused ListRules (AccessDeniedException), {because}",
        "events:ListRules",
    )


def test_a_denied_call_without_a_reason_is_told_without_one() -> None:
    error = DeniedError("AWS refused ListRules (AccessDenied): no", "ListRules", "AccessDenied")

    assert look(lambda: raises(error)) == Unseen("AWS refused ListRules (AccessDenied)", "events:ListRules")


@pytest.mark.parametrize("kind", [CallFailedError, UnavailableError])
def test_any_other_failure_is_told_as_it_is(kind: type[CallFailedError]) -> None:
    assert look(lambda: raises(kind("AWS could not be asked: no route."))) == Unseen("AWS could not be asked: no route")


def test_an_answer_that_nobody_can_read_is_unknown_and_costs_nothing_else() -> None:
    assert look(lambda: raises(KeyError("x"))) == Unseen("what AWS answered cannot be read (KeyError('x'))")


def test_whatever_else_goes_wrong_is_a_mistake_of_ours() -> None:
    with pytest.raises(AttributeError):
        look(lambda: raises(AttributeError("x")))


def test_many_questions_are_answered_in_their_order() -> None:
    assert at_once(lambda n: n * n, range(50)) == [n * n for n in range(50)]
