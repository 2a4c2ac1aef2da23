"""The parts of a message as Block Kit blocks, built and so checked by slack_sdk's own models. They are imported on first use.

All of it is verbatim: only what we mark is a link or a mention, whatever names and texts from outside look like
(https://docs.slack.dev/reference/block-kit/composition-objects/text-object).
"""

from __future__ import annotations

from typing import Any

from ballast.errors import SlackRefusedError
from ballast.publish.slack_blocks import SECTION, Look, Part, SlackMessage


def blocks(message: SlackMessage) -> list[dict[str, Any]]:
    """Raises SlackRefusedError with `invalid_blocks` for what Slack would refuse, without asking it."""
    from slack_sdk.errors import SlackObjectFormationError  # noqa: PLC0415 - see the module's docstring

    try:
        return [_block(part) for part in message.parts]
    except SlackObjectFormationError as error:
        raise SlackRefusedError("invalid_blocks") from error


def paragraphs(text: str) -> list[dict[str, Any]]:
    """The lines of a reply, in as few sections as hold them."""
    held = [""]
    for line in text.split("\n"):
        if held[-1] and len(held[-1]) + 1 + len(line) > SECTION:
            held.append("")
        held[-1] += f"\n{line}" if held[-1] else line[:SECTION]
    return [_block(Part(Look.SECTION, (one,))) for one in held]


def _block(part: Part) -> dict[str, Any]:
    from slack_sdk.models.blocks import (  # noqa: PLC0415 - see the module's docstring
        ContextBlock,
        HeaderBlock,
        MarkdownTextObject,
        PlainTextObject,
        SectionBlock,
    )

    if part.look is Look.HEADER:
        return HeaderBlock(text=PlainTextObject(text=part.texts[0], emoji=True)).to_dict()
    texts = [MarkdownTextObject(text=text, verbatim=True) for text in part.texts]
    if part.look is Look.CONTEXT:
        return ContextBlock(elements=texts).to_dict()
    return (SectionBlock(fields=texts) if part.look is Look.FIELDS else SectionBlock(text=texts[0])).to_dict()
