"""A conversation as text: what is stored reads back the same, and stays small."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings

from ballast.aws.conversation_text import PART, from_texts, to_texts
from ballast.publish.conversation import Press, Question
from ballast.words.asked import Asked
from ballast.words.notice import Notice
from tests.ballast.publish.any_order import CODES, empty, some_notices, told
from tests.notification_builders import NOW, a_notice, storm

PRESS = Press("c", "Halt", "U0123456789", NOW, "click", 1)
QUESTION = Question("prod/rollout", NOW, Asked(("halt",), "f" * 16, "aws-ecs-2", "arm64", "1.64.0"))


@settings(max_examples=60, deadline=None)
@given(notices=some_notices())
def test_what_is_stored_reads_back_the_same(notices: list[Notice]) -> None:
    conversation = told(*notices)
    conversation = replace(
        conversation,
        topic=replace(conversation.topic, told_at=NOW, owes_closing=True),
        slack=replace(
            conversation.slack,
            ts="1.2",
            unsaid=("a",),
            unsaid_count=3,
            leased_until=NOW,
            presses=(PRESS,),
            question=QUESTION,
        ),
    )

    assert from_texts(to_texts(conversation)) == conversation


def test_a_thousand_incidents_are_items_far_below_what_dynamodb_takes() -> None:
    notices = [each for code in CODES for each in storm(1000, code=code)]

    head, *parts = to_texts(told(*notices))

    assert max(len(text.encode()) for text in (head, *parts)) < 400_000 / 16
    assert len(parts) == 1000 / PART - 1
    assert from_texts((head, *parts)) == told(*notices)


def test_what_is_written_grows_with_what_is_new_not_with_all_of_it() -> None:
    """0.1.0 wrote the whole each time: 22,000 write units for 1,000 incidents."""
    conversation, written, before = empty(), 0, tuple[str, ...]()
    for notice in storm(500, code="SpotInterruption"):
        conversation = conversation.tell(notice)
        after = to_texts(conversation)
        written += sum(len(new) for n, new in enumerate(after) if n >= len(before) or new != before[n])
        before = after

    assert written < 500 * 2 * max(map(len, before))


def test_a_conversation_that_was_stored_before_repeats_still_reads() -> None:
    body = json.loads(to_texts(told(a_notice()))[0])
    del body["repeats"], body["worst"]["repeat"], body["latest"]["repeat"]

    assert from_texts((json.dumps(body),)) == told(a_notice())
