"""What does a Function URL hand to its function, and what does it answer?

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads (format 2.0: names of headers in lower case,
values of one that comes twice joined by a comma; what is no text is in base 64, and so is a form)
https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-throttling (429 beyond the reserved concurrency)
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.delivery.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Request:
    """As a client sends it."""

    body: bytes
    headers: Sequence[tuple[str, str]]
    method: str = "POST"


def ask(deployment: Deployment, function: str, request: Request, answered: Callable[[int], None]) -> None:
    """Raise LookupError where the function has no URL; `answered` gets the status."""
    deployed = deployment.functions.get(function)
    if deployed is None or not deployed.spec.has_url:
        raise LookupError(f"{function} has no URL.")
    if deployed.spec.reserved is not None and len(deployed.running) >= int(deployed.spec.reserved):
        answered(429)
        return

    def ended(answer: Any, ok: bool) -> None:  # noqa: FBT001 - as Function calls it
        answered(int(answer["statusCode"]) if ok else 502)

    deployed.invoke(json.loads(json.dumps(payload(request))), ended)


def payload(request: Request) -> dict[str, Any]:
    """The event that the function gets."""
    headers: dict[str, list[str]] = defaultdict(list)
    for name, value in request.headers:
        headers[name.lower()].append(value)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {name: ",".join(values) for name, values in headers.items()},
        "requestContext": {"http": {"method": request.method, "path": "/", "protocol": "HTTP/1.1"}},
        "body": b64encode(request.body).decode(),
        "isBase64Encoded": True,
    }
