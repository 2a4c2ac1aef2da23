"""Sweeps are sent ten a call, each to come after its own delay, and what is sent can be read."""

from __future__ import annotations

import json

import pytest

from ballast.aws.sweep_queue import SweepQueue
from ballast.drain.parse import parse
from ballast.errors import TransientError
from ballast.records.event import Sweep
from tests.aws_stubs import Stubs
from tests.builders import NOW


def body(cluster: str) -> str:
    detail = {"cluster": cluster}
    return json.dumps(
        {"source": "ballast", "detail-type": "Ballast Cluster Sweep", "time": NOW.isoformat(), "detail": detail}
    )


def answers(aws: Stubs, *names: str, refused: str | None = None) -> None:
    entries = [{"Id": str(n), "MessageBody": body(name), "DelaySeconds": n} for n, name in enumerate(names)]
    failed = [
        {"Id": str(n), "SenderFault": False, "Code": "InternalError"} for n, name in enumerate(names) if name == refused
    ]
    asked = {"QueueUrl": "https://queue", "Entries": entries}
    aws.answers("sqs", "send_message_batch", asked, {"Successful": [], "Failed": failed})


def test_each_cluster_gets_a_message_of_its_own_after_its_delay(aws: Stubs) -> None:
    names = [f"c{n}" for n in range(12)]
    answers(aws, *names[:10], refused="c3")
    answers(aws, *names[10:])

    with pytest.raises(TransientError, match=r"the sweeps of c3\."):
        SweepQueue("https://queue").send({name: n % 10 for n, name in enumerate(names)}, NOW)


@pytest.mark.usefixtures("aws")
def test_nothing_to_send_is_no_call() -> None:
    SweepQueue("https://queue").send({}, NOW)


def test_what_is_sent_is_read_as_the_sweep_of_its_cluster() -> None:
    assert parse(json.loads(body("prod"))) == Sweep(NOW, "prod")
