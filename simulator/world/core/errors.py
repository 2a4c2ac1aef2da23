"""The errors AWS answers with."""

from __future__ import annotations


class AwsError(Exception):
    """An error response: `code` and `message` as botocore shows them, `status` is the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
