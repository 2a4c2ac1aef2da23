"""How do boto3 clients reach the simulator? Through botocore's own events, after it has checked the parameters.

`before-call` may answer instead of the network; `provide-client-params` hands over the plain parameters:
https://docs.aws.amazon.com/boto3/latest/guide/events.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
import botocore.handlers
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel

from ballast.aws import session
from simulator.delivery.front_door import FrontDoor
from simulator.delivery.shapes import checker
from simulator.delivery.tables import TableError
from simulator.world.core.errors import AwsError

PARAMS = "simulated_params"
DEFAULT_ATTEMPTS = 3

type Answer = tuple[AWSResponse, dict[str, Any]]


class _Bridge:
    """Sessions and clients outlive a deployment, so the handlers stay and look up the one that is active."""

    def __init__(self) -> None:
        self.front_door: FrontDoor | None = None
        self._registered = False

    def open(self, front_door: FrontDoor) -> None:
        self.front_door = front_door
        if not self._registered:
            self._registered = True
            self._register()

    def close(self) -> None:
        self.front_door = None

    def _register(self) -> None:
        """Hook into every session made from now on, and into the default one."""
        hooks: tuple[tuple[str, Callable[..., Any]], ...] = (
            ("provide-client-params", self._keep_params),
            ("before-call", self._answer),
        )
        botocore.handlers.BUILTIN_HANDLERS.extend(hooks)
        if boto3.DEFAULT_SESSION is not None:
            for event, handler in hooks:
                boto3.DEFAULT_SESSION.events.register(event, handler)
        # A client made before the hooks were in place would go to the network.
        session.client.cache_clear()

    def _keep_params(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[PARAMS] = params

    def _answer(self, model: OperationModel, context: Mapping[str, Any], **_: Any) -> Answer | None:
        if self.front_door is None:
            return None
        retries = context["client_config"].retries or {}
        attempts = int(retries.get("total_max_attempts", DEFAULT_ATTEMPTS))
        service = model.service_model.service_name
        try:
            result = self.front_door.call(service, model.name, context[PARAMS], attempts)
        except AwsError as error:
            return _response(error.status, _error(error))
        if model.output_shape is not None:
            checker(model.output_shape)(result, f"{service}:{model.name}")
        return _response(200, result)


def _error(error: AwsError) -> dict[str, Any]:
    details = error.details if isinstance(error, TableError) else {}
    return {"Error": {"Code": error.code, "Message": error.message}, **details}


def _response(status: int, parsed: Mapping[str, Any]) -> Answer:
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": {}, "RequestId": "simulated"}
    return AWSResponse("", status, HTTPHeaders(), None), {**parsed, "ResponseMetadata": metadata}


bridge = _Bridge()
