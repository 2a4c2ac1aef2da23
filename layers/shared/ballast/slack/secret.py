"""What does the operator's Slack secret hold? Read through Powertools, which caches it for five minutes."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from ballast.aws.session import client
from ballast.errors import CallFailedError, SecretUnreadableError, TransientError

MAX_AGE_SECONDS = 300
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors
NO_RETRY_HELPS = frozenset(
    {
        "AccessDeniedException",
        "DecryptionFailure",
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceNotFoundException",
        "ValidationException",
    }
)


class SlackSecret:
    """`{"bot_token": "xoxb-…"}` or `{"webhook_url": "https://hooks.slack.com/…"}`, or either value alone."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    def read(self) -> str:
        """The bot token or the webhook's URL.

        Raises SecretUnreadableError, or TransientError when Secrets Manager does not answer.
        """
        if not self.arn:
            raise SecretUnreadableError("A Slack channel is set, but no secret (SLACK_SECRET_ARN).")
        # A cached value that is no good may have been corrected since.
        value = _credential(self._text()) or _credential(self._text(force_fetch=True))
        if not value:
            raise SecretUnreadableError("The secret holds neither a bot token (xoxb-…) nor a webhook URL (https://…).")
        return value

    def _text(self, *, force_fetch: bool = False) -> str:
        from aws_lambda_powertools.utilities.parameters.exceptions import (  # noqa: PLC0415 - only where Slack is used
            GetParameterError,
        )

        try:
            return str(self._provider.get(self.arn, max_age=MAX_AGE_SECONDS, force_fetch=force_fetch))
        except GetParameterError as error:
            # Powertools keeps only the text of what went wrong; Python keeps the rest.
            cause = error.__context__
            if isinstance(cause, CallFailedError) and cause.code in NO_RETRY_HELPS:
                raise SecretUnreadableError(f"Secrets Manager answers {cause.code} for the secret.") from error
            if isinstance(cause, CallFailedError):
                raise TransientError(f"Secrets Manager does not answer: {error}") from error
            raise

    @cached_property
    def _provider(self) -> Any:
        from aws_lambda_powertools.utilities.parameters import (  # noqa: PLC0415 - only where Slack is used
            SecretsProvider,
        )

        return SecretsProvider(boto3_client=client("secretsmanager"))


def _credential(text: str) -> str:
    """Empty where the secret holds neither."""
    try:
        fields = json.loads(text)
    except json.JSONDecodeError:
        fields = {"bot_token": text.strip()}
    if not isinstance(fields, dict):
        return ""
    value = str(fields.get("bot_token") or fields.get("webhook_url") or "")
    return value if value.startswith(("xoxb-", "https://")) else ""
