"""The queue of the sweeps: one message a cluster, a while from now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from ballast.aws.session import client
from ballast.drain.parse import CLUSTER_SWEEP
from ballast.errors import TransientError
from ballast.value import dataclass

ENTRIES_MOST = 10  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html


@dataclass(frozen=True, slots=True)
class SweepQueue:
    url: str

    def send(self, delays_s: Mapping[str, int], at: datetime) -> None:
        """Have each of these clusters swept after its delay (at most 900 s); `at` is the time of their round.

        Raises TransientError, once all were tried, when SQS did not take some: the next minute comes anyway.
        """
        refused: list[str] = []
        for some in batched(delays_s.items(), ENTRIES_MOST, strict=False):
            entries: Any = [
                {"Id": str(n), "MessageBody": _body(name, at), "DelaySeconds": delay_s}
                for n, (name, delay_s) in enumerate(some)
            ]
            answer = client("sqs").send_message_batch(QueueUrl=self.url, Entries=entries)
            refused += [some[int(failed["Id"])][0] for failed in answer.get("Failed", [])]
        if refused:
            raise TransientError(f"SQS did not take the sweeps of {', '.join(refused)}.")


def _body(cluster: str, at: datetime) -> str:
    source, kind = CLUSTER_SWEEP
    return json.dumps({"source": source, "detail-type": kind, "time": at.isoformat(), "detail": {"cluster": cluster}})
