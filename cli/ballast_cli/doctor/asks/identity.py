"""Who asks, where, and whether AWS takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from ballast import clock
from ballast.errors import CallFailedError
from ballast_cli.doctor.asks.look import service
from ballast_cli.doctor.facts import Identity, Nobody, Trouble

SKEW_S = 300  # https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html (five minutes)
# botocore's exceptions: https://docs.aws.amazon.com/boto3/latest/guide/error-handling.html
BY_KIND = {
    "NoCredentialsError": Trouble.NONE,
    "PartialCredentialsError": Trouble.NONE,
    "CredentialRetrievalError": Trouble.NONE,
    "SSOTokenLoadError": Trouble.EXPIRED,
    "TokenRetrievalError": Trouble.EXPIRED,
    "UnauthorizedSSOTokenError": Trouble.EXPIRED,
    "LoginRefreshTokenExpired": Trouble.EXPIRED,
    "NoRegionError": Trouble.NO_REGION,
    "InvalidRegionError": Trouble.NO_REGION,
    "EndpointConnectionError": Trouble.UNREACHED,
    "ConnectTimeoutError": Trouble.UNREACHED,
}
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
BY_CODE = {
    "ExpiredToken": Trouble.EXPIRED,
    "ExpiredTokenException": Trouble.EXPIRED,
    "InvalidClientTokenId": Trouble.INVALID,
    "UnrecognizedClientException": Trouble.INVALID,
    "IncompleteSignature": Trouble.INVALID,
    "SignatureDoesNotMatch": Trouble.INVALID,
    "InvalidSignatureException": Trouble.INVALID,
    "RequestExpired": Trouble.EXPIRED,
}


def who_asks() -> Identity | Nobody:
    """By GetCallerIdentity, which nobody can be refused; its answer, also a refusal, has AWS's time in the header Date.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    region = ""
    try:
        region = service("ecs").meta.region_name  # STS would do without one
        answer = service("sts").get_caller_identity()
    except CallFailedError as error:
        return _nobody(error, region)
    return Identity(answer["Arn"], answer["Account"], region, _skew(answer))


def _nobody(error: CallFailedError, region: str) -> Nobody:
    cause = error.__cause__
    skew = _skew(getattr(cause, "response", {}))
    kind = BY_CODE.get(error.code) or BY_KIND.get(type(cause).__name__, Trouble.OTHER)
    if skew is not None and abs(skew) > SKEW_S:
        kind = Trouble.CLOCK  # AWS then calls the signature wrong or expired
    return Nobody(kind, " ".join(str(error).split()).rstrip("."), region, skew)


def _skew(answer: Mapping[str, Any]) -> float | None:
    written = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        theirs = parsedate_to_datetime(written)
    except (TypeError, ValueError):
        return None
    # Without a zone, or with -0000, it is of none, and HTTP knows one alone: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    return (clock.utc_now() - theirs.replace(tzinfo=UTC)).total_seconds()
