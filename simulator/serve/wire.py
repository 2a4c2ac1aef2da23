"""What does a request on the wire ask for, and how does an answer look there? moto's parsers, botocore's models.

Protocols: https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import Headers, MultiDict

from simulator.delivery.shapes import checker
from simulator.world.core.errors import AwsError

# By the name with which a request is signed.
SIGNED_AS = {"monitoring": "cloudwatch"}
CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Request:
    """As it came; `path` without the caller's prefix."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def service(self) -> str:
        """Botocore's name of the service; "" for what nobody signed."""
        found = CREDENTIAL.search(self.headers.get("Authorization", ""))
        return SIGNED_AS.get(found[3], found[3]) if found else ""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation with its parameters, as boto3 was given them."""

    service: str
    protocol: str
    model: OperationModel
    params: dict[str, Any]

    @property
    def operation(self) -> str:
        return self.model.name

    def answered(self, result: Mapping[str, Any]) -> Answer:
        """Checked against botocore's model before it is sent."""
        if self.model.output_shape is not None:
            checker(self.model.output_shape)(result, f"{self.service}:{self.operation}")
        return self._serialized(result, None)

    def refused(self, error: AwsError) -> Answer:
        refusal = _Refusal(error.code, error.message)
        return self._serialized(refusal, error.status)

    def _serialized(self, result: Any, status: int | None) -> Answer:
        raw = get_serializer_class(self.service, self.protocol)(self.model).serialize(result)
        body = raw["body"]
        headers = {name: str(value) for name, value in raw["headers"].items() if name.lower() != "content-length"}
        return Answer(status or raw["status_code"], headers, body.encode() if isinstance(body, str) else body)


class _Refusal(ServiceException):
    """moto looks up the errors of its own exceptions by their module."""


def asked_by(request: Request) -> Asked:
    """What it asks for; NotImplementedError for a protocol or operation that botocore's model does not have."""
    service = request.service
    model: ServiceModel = get_service_model(service)
    target = request.headers.get("X-Amz-Target")
    values: MultiDict[str, str] = MultiDict()
    uri: dict[str, str] = {}
    if target:
        protocol, operation = "json", target.rpartition(".")[2]
    elif request.method == "POST" and "Action" in (form := request.form):
        protocol, operation = ("ec2" if service == "ec2" else "query"), form["Action"]
        values = MultiDict(form)
    else:
        protocol = "rest-json"
        operation, uri = _by_path(model, request)
        values = MultiDict(parse_qsl(request.path.partition("?")[2]))
    operation_model = model.operation_model(operation)
    params = PROTOCOL_PARSERS[protocol](operation_model).parse(
        {
            "body": request.body,
            "headers": Headers(list(request.headers.items())),
            "method": request.method,
            "url_params": uri,
            "url_path": request.path.partition("?")[0],
            "values": values,
        }
    )
    return Asked(service, protocol, operation_model, dict(params))


def _by_path(model: ServiceModel, request: Request) -> tuple[str, dict[str, str]]:
    for name in model.operation_names:
        http = model.operation_model(name).http
        pattern = re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^?]+)", http["requestUri"].partition("?")[0])
        found = re.fullmatch(pattern, request.path.partition("?")[0])
        if http["method"] == request.method and found:
            return name, found.groupdict()
    raise NotImplementedError(f"{model.service_name} has no {request.method} {request.path}.")
