"""A Function URL hands a request over as AWS does, and keeps its function from taking all runs of an account."""

from __future__ import annotations

from base64 import b64decode

from simulator.delivery.function_url import Request, ask, payload
from simulator.stage import BUTTONS, Scenario, Stage


def test_names_are_lower_case_what_comes_twice_is_joined_and_a_form_is_in_base_64() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads"""
    event = payload(Request(b"a=\xff", [("X-Slack-Signature", "v0=a"), ("x-slack-signature", "v0=b")]))

    assert event["headers"] == {"x-slack-signature": "v0=a,v0=b"}
    assert (event["version"], event["isBase64Encoded"]) == ("2.0", True)
    assert b64decode(event["body"]) == b"a=\xff"
    assert event["requestContext"]["http"]["method"] == "POST"


def test_a_flood_is_refused_beyond_the_reserved_concurrency() -> None:
    statuses: list[int] = []

    def build(stage: Stage) -> None:
        def flood() -> None:
            for _ in range(200):
                ask(stage.deployment, "AnswerSlack", Request(b"x", ()), statuses.append)

        stage.at(1, flood)
        stage.at(1.05, flood)

    with Stage(Scenario("flood", "Of requests", 3, build, BUTTONS), 1) as stage:
        stage.play()
        function = stage.deployment.functions["AnswerSlack"]
        assert function.spec.reserved == 5

    assert set(statuses) <= {400, 429}
    assert len(statuses) == 400
