"""What does the operator's Slack secret hold? Read through Powertools, which caches it for five minutes.

Its form is checked here: HTTP clients refuse a header or a URL with a line break or a blank, and quote it.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any

from ballast.aws.session import client
from ballast.errors import CallFailedError, SecretUnreadableError, TransientError

MAX_AGE_SECONDS = 300
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html#API_GetParameter_Errors
NO_RETRY_HELPS = frozenset(
    {
        "AccessDeniedException",
        "DecryptionFailure",
        "InvalidKeyId",
        "InvalidParameterException",
        "InvalidRequestException",
        "ParameterNotFound",
        "ParameterVersionNotFound",
        "ResourceNotFoundException",
        "ValidationException",
    }
)
# https://docs.slack.dev/authentication/tokens
TOKEN = "xoxb-[A-Za-z0-9._-]{1,500}"  # noqa: S105 - the form of one
SIGNING = "[A-Za-z0-9]{16,128}"
# https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, …/govslack
WEBHOOK = "https://([a-z0-9.-]+(?::[0-9]{1,5})?)/[A-Za-z0-9._~/%=?&+-]{1,500}"
SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")


class SlackSecret:
    """`{"bot_token": "xoxb-…"}` or `{"webhook_url": "https://hooks.slack.com/…"}`, or either value alone.

    Beside the token there may be a `signing_secret`. `arn` is that of a secret, or of a SecureString of Parameter Store,
    which costs nothing. `webhook_host` is another host that a webhook may lead to.
    """

    def __init__(self, arn: str, webhook_host: str = "") -> None:
        self.arn = arn
        self._is_parameter = ":ssm:" in arn
        self._hosts = (*SLACK_HOSTS, *filter(None, [webhook_host]))

    def read(self) -> str:
        """The bot token or the webhook's URL.

        Raises SecretUnreadableError, or TransientError when the store does not answer.
        """
        if not self.arn:
            raise SecretUnreadableError("A Slack channel is set, but no secret (SLACK_SECRET_ARN).")
        text = self._text()
        try:
            return self._checked(text)
        except SecretUnreadableError:
            # A cached value that is no good may have been corrected since.
            return self._checked(self._text(force_fetch=True))

    def signing_secret(self) -> str:
        """With which Slack signs what it sends to the app; beside the bot token, as `signing_secret`.

        Raises as `read` does. It is not read again at once where it is no good: anybody can have it asked for.
        """
        found = _json(self._text()).get("signing_secret")
        if isinstance(found, str) and re.fullmatch(SIGNING, found):
            return found
        raise SecretUnreadableError(
            "The secret holds no signing_secret beside the bot token, or one that is not letters and digits."
        )

    def _checked(self, text: str) -> str:
        """Raises SecretUnreadableError in a sentence that quotes nothing of the text."""
        token, url = _fields(text)
        if token:
            if isinstance(token, str) and re.fullmatch(TOKEN, token):
                return token
            raise SecretUnreadableError(
                "The bot token in the secret is not xoxb- and then only letters, digits and hyphens: no blank, no line break."
            )
        if not url:
            raise SecretUnreadableError("The secret holds neither a bot token (xoxb-…) nor a webhook URL (https://…).")
        form = re.fullmatch(WEBHOOK, url) if isinstance(url, str) else None
        if not form:
            raise SecretUnreadableError(
                "The webhook URL in the secret is not https://, a host and a path: no blank, no line break."
            )
        if form[1] not in self._hosts:
            raise SecretUnreadableError(
                f"The webhook URL in the secret leads to another host than {' or '.join(self._hosts)}; the parameter "
                "SlackWebhookHost may name it."
            )
        return form[0]

    def _text(self, *, force_fetch: bool = False) -> str:
        from aws_lambda_powertools.utilities.parameters.exceptions import (  # noqa: PLC0415 - only where Slack is used
            GetParameterError,
        )

        store, how = ("Parameter Store", {"decrypt": True}) if self._is_parameter else ("Secrets Manager", {})
        try:
            return str(self._provider.get(self.arn, max_age=MAX_AGE_SECONDS, force_fetch=force_fetch, **how))
        except GetParameterError as error:
            # Powertools keeps only the text of what went wrong; Python keeps the rest.
            cause = error.__context__
            if isinstance(cause, CallFailedError) and cause.code in NO_RETRY_HELPS:
                raise SecretUnreadableError(f"{store} answers {cause.code} for the secret.") from error
            if isinstance(cause, CallFailedError):
                raise TransientError(f"{store} does not answer: {error}") from error
            raise SecretUnreadableError(f"What {store} answers for the secret cannot be read.") from None

    @cached_property
    def _provider(self) -> Any:
        from aws_lambda_powertools.utilities.parameters import (  # noqa: PLC0415 - only where Slack is used
            SecretsProvider,
            SSMProvider,
        )

        if self._is_parameter:
            return SSMProvider(boto3_client=client("ssm"))
        return SecretsProvider(boto3_client=client("secretsmanager"))


def _fields(text: str) -> tuple[Any, Any]:
    """Bot token and webhook URL; a secret that is not JSON is one of them."""
    bare = text.strip()
    if bare.startswith("xoxb-"):
        return bare, None
    if bare.startswith("https://"):
        return None, bare
    fields = _json(text)
    return fields.get("bot_token"), fields.get("webhook_url")


def _json(text: str) -> dict[str, Any]:
    """Empty where it is no object."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):  # also numbers of thousands of digits, and very deep nesting
        return {}
    return fields if isinstance(fields, dict) else {}
