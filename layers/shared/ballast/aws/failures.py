"""What does it mean that a call to AWS failed? One of our errors, in one sentence; nobody else reads botocore's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    HTTPClientError,
    ParamValidationError,
)

from ballast.errors import CallFailedError, DeniedError, MalformedCallError, UnavailableError

# What the SDKs themselves try again: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
# LimitExceededException is not among them here: most services say so of a quota, which no retry raises.
BUSY = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "InternalServerError",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
# ECS, DynamoDB, SSM and others; Auto Scaling, CloudWatch, STS; EC2; SNS
DENIED = frozenset(
    {"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "AuthorizationError", "KMSAccessDenied"}
)
UNKNOWN = "Unknown"


class TranslatedCalls(BaseClient):
    """Comes before botocore's own class in every client, so that no call, page or stubbed answer gets around it."""

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        with translated(operation_name):
            return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]  # the stubs leave it out


def translate_calls(base_classes: list[type], **_: object) -> None:
    """For `creating-client-class`: https://docs.aws.amazon.com/boto3/latest/guide/events.html."""
    base_classes.insert(0, TranslatedCalls)


@contextmanager
def translated(operation: str = "") -> Iterator[None]:
    """Raises a CallFailedError, or a more telling kind of it, for whatever botocore raises."""
    try:
        yield
    except ClientError as error:
        raise _refused(error) from error
    except ParamValidationError as error:
        raise MalformedCallError(f"AWS could not be asked: {error}", operation) from error
    except (ConnectionError, HTTPClientError) as error:
        raise UnavailableError(f"AWS could not be asked: {error}", operation) from error
    except BotoCoreError as error:
        raise CallFailedError(f"AWS could not be asked: {error}", operation) from error


def _refused(error: ClientError) -> CallFailedError:
    answer = error.response.get("Error", {})
    code, words = answer.get("Code", UNKNOWN), answer.get("Message") or "no reason given"
    sentence = f"AWS refused {error.operation_name} ({code}): {words}"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", HTTPStatus.BAD_REQUEST)
    kind = CallFailedError
    if code in DENIED:
        kind = DeniedError
    elif code in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = UnavailableError
    return kind(sentence, error.operation_name, code)
