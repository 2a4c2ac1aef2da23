"""The errors we raise.

BallastError
├── UnexpectedEventError   the event is not one we understand: dead-letter it with the reason, never retry
├── SettingsError          the function is misconfigured: fails at start, naming every variable at fault
├── LostRaceError          a conditional write found somebody else there first: drop the plan, the next event re-plans
└── TransientError         AWS or Slack asked us to slow down, or did not answer: let the queue retry
"""


class BallastError(Exception):
    """Base of every error this project raises on purpose."""


class UnexpectedEventError(BallastError):
    """Takes one sentence: which event, what is wrong with it, what was expected."""


class SettingsError(BallastError):
    """Takes one sentence naming every variable that is missing or wrong."""


class LostRaceError(BallastError):
    """Another invocation changed the same ledger item first."""


class TransientError(BallastError):
    """Worth another try later; the message must go back to its queue."""


class SlackRefusedError(BallastError):
    """Slack will never take this message or this token; `code` is Slack's own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused with {code}.")
        self.code = code


class SecretUnreadableError(BallastError):
    """The secret is missing, may not be read, or holds neither a bot token nor a webhook."""


class CallFailedError(BallastError):
    """AWS refused a call or could not be reached; takes one sentence."""
