"""The errors are one tree, so that who catches a kind catches what it means."""

from __future__ import annotations

import pytest

from ballast import errors
from ballast.errors import BallastError, CallFailedError, RateLimitedError, SlackRefusedError, TransientError

EVERY = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_every_error_of_ours_is_caught_as_one_and_stands_in_the_module_s_tree(error: type[Exception]) -> None:
    assert issubclass(error, BallastError)
    assert errors.__doc__
    assert error.__name__ in errors.__doc__


def test_what_aws_may_do_later_comes_again_and_what_it_refuses_does_not() -> None:
    assert issubclass(errors.UnavailableError, TransientError)
    assert issubclass(errors.UnavailableError, CallFailedError)
    assert not issubclass(errors.DeniedError, TransientError)
    assert not issubclass(errors.LostRaceError, TransientError)


def test_slack_is_quoted() -> None:
    assert str(RateLimitedError(30)) == "Slack takes no more for 30 s."
    assert str(SlackRefusedError("is_archived")) == "Slack refused with is_archived."
