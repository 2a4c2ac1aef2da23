"""Where do clients come from? One per service and execution environment, with the retries that we want.

Their calls raise the errors of `ballast.errors` only. The stubs that type them are for mypy; no function loads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    HTTPClientError,
    ParamValidationError,
)

from ballast import clock
from ballast.errors import CallFailedError, DeniedError, MalformedCallError, UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_autoscaling import AutoScalingClient
    from mypy_boto3_autoscaling.type_defs import (
        AutoScalingGroupTypeDef,
        InstanceRefreshTypeDef,
        RefreshPreferencesTypeDef,
    )
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_ecs.type_defs import (
        CapacityProviderTypeDef,
        ClusterTypeDef,
        ContainerInstanceTypeDef,
        ServiceTypeDef,
        TaskDefinitionTypeDef,
        TaskTypeDef,
    )
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_ssm.type_defs import InstanceInformationTypeDef
    from mypy_boto3_sts import STSClient

    # What adapters read field by field; they import these for mypy alone, too.
    type RawCapacityProvider = CapacityProviderTypeDef
    type RawCluster = ClusterTypeDef
    type RawContainerInstance = ContainerInstanceTypeDef
    type RawGroup = AutoScalingGroupTypeDef
    type RawHost = InstanceInformationTypeDef
    type RawRefresh = InstanceRefreshTypeDef
    type RawRefreshPreferences = RefreshPreferencesTypeDef
    type RawService = ServiceTypeDef
    type RawTask = TaskTypeDef
    type RawTaskDefinition = TaskDefinitionTypeDef

MAKING = "creating-client-class"


class _Clients:
    """Standard retry mode backs off and honours throttling within the invocation; what fails then goes to the queue.

    https://docs.aws.amazon.com/boto3/latest/guide/retries.html
    """

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    @overload
    def __call__(self, service: Literal["autoscaling"]) -> AutoScalingClient: ...
    @overload
    def __call__(self, service: Literal["cloudwatch"]) -> CloudWatchClient: ...
    @overload
    def __call__(self, service: Literal["dynamodb"]) -> DynamoDBClient: ...
    @overload
    def __call__(self, service: Literal["ec2"]) -> EC2Client: ...
    @overload
    def __call__(self, service: Literal["ecs"]) -> ECSClient: ...
    @overload
    def __call__(self, service: Literal["events"]) -> EventBridgeClient: ...
    @overload
    def __call__(self, service: Literal["secretsmanager"]) -> SecretsManagerClient: ...
    @overload
    def __call__(self, service: Literal["sns"]) -> SNSClient: ...
    @overload
    def __call__(self, service: Literal["sqs"]) -> SQSClient: ...
    @overload
    def __call__(self, service: Literal["ssm"]) -> SSMClient: ...
    @overload
    def __call__(self, service: Literal["sts"]) -> STSClient: ...
    def __call__(self, service: str, region: str | None = None) -> Any:
        """The client of a service, made once; in the Region of the function unless another is named."""
        name = f"{service} {region or ''}"
        if name not in self._made:
            with translated():
                self._made[name] = _make(service, region)
        return self._made[name]

    def cache_clear(self) -> None:
        """Forget every client, as functools.cache would."""
        self._made.clear()


def _make(service: Any, region: str | None) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=10)
    boto3.DEFAULT_SESSION = session = boto3.DEFAULT_SESSION or boto3.Session()
    session.events.register(MAKING, translate_calls)
    try:
        return session.client(service, region_name=region, config=config)
    finally:
        # Whatever else the process asks boto3 for raises botocore's own errors.
        session.events.unregister(MAKING, translate_calls)


client = _Clients()


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
    """Comes before botocore's own class in every client, so that no call, page or stubbed answer gets around it.

    A run that is about to be stopped asks no more: what is left fails and comes again, rather than all of it.
    """

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        if clock.is_late():
            raise UnavailableError("AWS was not asked: this run ends too soon for an answer", operation_name)
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
