"""The errors we raise, all of them; each takes one sentence that a human can act on.

BallastError
├── UnexpectedEventError       the event is not one we understand: dead-letter it with the reason, never retry
├── UnreadableItemError        an item of a table holds what nobody can read: skip it, and tell of its key once
├── SettingsError              the function is misconfigured: fails at start, naming every variable at fault
├── LostRaceError              a conditional write found somebody else there first: drop the plan, the next event re-plans
├── TransientError             AWS or Slack asked us to slow down, or did not answer: let the queue retry
│   ├── UnavailableError       the same of one call to AWS, so it is a CallFailedError too
│   └── RateLimitedError       Slack says for how many seconds: whoever is to send next waits as long
├── CallFailedError            AWS refused a call, or it could not be made
│   ├── DeniedError            the role lacks the permission: somebody has to change the template or a key's policy
│   └── MalformedCallError     botocore would not send it: a mistake of ours
├── SlackRefusedError          Slack will never take this message or this token
├── SecretUnreadableError      the secret with the way into Slack is missing, may not be read, or holds something else
└── packing.UnplaceableError   the caller's input lacks something, or something does not fit anything on offer
"""


class BallastError(Exception):
    """Base of every error this project raises on purpose."""


class UnexpectedEventError(BallastError):
    """Says which event, what is wrong with it, what was expected."""


class UnreadableItemError(BallastError):
    """Says which field, and what it holds; who has read the item knows its key."""


class SettingsError(BallastError):
    """Names every variable that is missing or wrong."""


class LostRaceError(BallastError):
    """Another invocation changed the same item first."""


class TransientError(BallastError):
    """Worth another try later; the message must go back to its queue."""


class RateLimitedError(TransientError):
    """Slack wants to hear nothing more of the kind for so many seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"Slack takes no more for {retry_after_s:g} s.")
        self.retry_after_s = retry_after_s


class CallFailedError(BallastError):
    """`operation` and `code` are AWS's words, such as StopTask and InvalidParameterException; "" where there are none.

    Some codes only say that there is nothing to do any more, so who makes the call looks at the code first.
    """

    def __init__(self, sentence: str, operation: str = "", code: str = "") -> None:
        super().__init__(sentence)
        self.operation = operation
        self.code = code


class DeniedError(CallFailedError):
    """No retry helps until somebody grants the permission that the sentence names."""


class MalformedCallError(CallFailedError):
    """The parameters are not those of the operation; nothing has reached AWS."""


class UnavailableError(CallFailedError, TransientError):
    """Throttled, broken on AWS's side, or no answer, after all retries of this invocation."""


class SlackRefusedError(BallastError):
    """`code` is Slack's own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused with {code}.")
        self.code = code


class SecretUnreadableError(BallastError):
    """No retry helps until somebody corrects the secret."""
