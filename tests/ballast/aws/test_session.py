"""One client a service, with our retries and our errors."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ballast.aws import session
from ballast.errors import CallFailedError
from tests.aws_stubs import REGION, Stubs
from tests.builders import ROOT


@pytest.mark.usefixtures("aws")
def test_a_client_is_made_once_and_retries_in_standard_mode() -> None:
    ecs = session.client("ecs")

    assert session.client("ecs") is ecs
    config: Any = ecs.meta.config  # the stubs know none of its options
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] == 4
    assert config.connect_timeout + config.read_timeout < 50  # the function's own timeout


def test_clients_that_others_make_keep_their_own_errors(aws: Stubs) -> None:
    aws.refuses("sts", "get_caller_identity", "ExpiredToken")
    with pytest.raises(CallFailedError):
        session.client("sts").get_caller_identity()

    theirs = boto3.client("sts", region_name=REGION)
    with Stubber(theirs) as stubber:
        stubber.add_client_error("get_caller_identity", "ExpiredToken")
        with pytest.raises(ClientError):
            theirs.get_caller_identity()


def test_the_stubs_that_type_the_clients_are_not_loaded_by_a_function() -> None:
    program = "import sys, ballast.aws.session; print([name for name in sys.modules if name.startswith('mypy_boto3')])"
    loaded = subprocess.run(  # noqa: S603 - this Python, and the line above
        [sys.executable, "-c", program], cwd=ROOT / "layers" / "shared", capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
