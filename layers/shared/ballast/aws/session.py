"""Where do clients come from? One per service and execution environment, with the retries that we want.

Their calls raise the errors of `ballast.errors` only. The stubs that type them are for mypy; no function loads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config

from ballast.aws.failures import translate_calls, translated

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
    def __call__(self, service: str) -> Any:
        """The client of a service, made once."""
        if service not in self._made:
            with translated():
                self._made[service] = _make(service)
        return self._made[service]

    def cache_clear(self) -> None:
        """Forget every client, as functools.cache would."""
        self._made.clear()


def _make(service: Any) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=10)
    session = boto3.DEFAULT_SESSION or boto3.Session()
    boto3.DEFAULT_SESSION = session
    session.events.register(MAKING, translate_calls)
    try:
        return session.client(service, config=config)
    finally:
        # Whatever else the process asks boto3 for raises botocore's own errors.
        session.events.unregister(MAKING, translate_calls)


client = _Clients()
