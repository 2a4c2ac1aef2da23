"""The parts of a message as Block Kit blocks, built and so checked by slack_sdk's own models. They are imported on first use.

All of it is verbatim: only what we mark is a link or a mention, whatever names and texts from outside look like
(https://docs.slack.dev/reference/block-kit/composition-objects/text-object).
"""

from __future__ import annotations

from typing import Any

from ballast.errors import SlackRefusedError
from ballast.publish.choices import ACTION
from ballast.publish.slack_blocks import SECTION, Button, Look, Part, SlackMessage


def blocks(message: SlackMessage, *, buttons: bool = True) -> list[dict[str, Any]]:
    """Without `buttons` where the message cannot be edited once one is pressed.

    Raises SlackRefusedError with `invalid_blocks` for what Slack would refuse, without asking it.
    """
    from slack_sdk.errors import SlackObjectFormationError  # noqa: PLC0415 - see the module's docstring

    try:
        shown = [_block(part) for part in message.parts]
        return [*shown, _actions(message.buttons)] if buttons and message.buttons else shown
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


def _actions(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
    from slack_sdk.models.blocks import (  # noqa: PLC0415 - see the module's docstring
        ActionsBlock,
        ButtonElement,
        ConfirmObject,
        PlainTextObject,
    )

    def confirm(button: Button) -> ConfirmObject | None:
        if not button.sure:
            return None
        text = PlainTextObject(text=button.sure)
        return ConfirmObject(title=button.text, text=text, confirm="Yes", deny="No")

    elements = [
        ButtonElement(
            text=PlainTextObject(text=button.text),
            action_id=f"{ACTION}{button.name}",
            value=button.value,
            confirm=confirm(button),
        )
        for button in buttons
    ]
    return ActionsBlock(elements=elements).to_dict()
