"""Did Slack send this body? Its request signature, version 0, over the bytes as they came.

https://docs.slack.dev/authentication/verifying-requests-from-slack/ (HMAC-SHA256, five minutes)
slack_sdk compares in constant time, but raises for what is no number or no text, and reads numbers as Python does; so the
form is checked before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_sdk.signature import Clock, SignatureVerifier

from ballast import clock

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
_SECONDS = re.compile(r"[0-9]{1,12}")
_V0 = re.compile(r"v0=[0-9a-f]{64}")


class _OurClock(Clock):
    def now(self) -> float:
        return clock.utc_now().timestamp()


def is_from_slack(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """`headers` by their names in lower case. One that came twice is none: AWS joins the values by a comma."""
    timestamp, signature = headers.get(TIMESTAMP), headers.get(SIGNATURE)
    if not (isinstance(timestamp, str) and _SECONDS.fullmatch(timestamp)):
        return False
    if not (isinstance(signature, str) and _V0.fullmatch(signature)) or not body.isascii():
        return False
    return SignatureVerifier(secret, _OurClock()).is_valid(body, timestamp, signature)
