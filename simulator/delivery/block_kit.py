"""Would Slack take these blocks? The documented limits of Block Kit.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST_BLOCKS = 50
SECTION_TEXT = 3000
FIELD_TEXT = 2000
MOST_FIELDS = 10
HEADER_TEXT = 150
MOST_CONTEXT_ELEMENTS = 10
MOST_ACTIONS = 25
BUTTON_TEXT = 75
BLOCK_ID = 255


def problems(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line for each limit that the blocks break; empty when Slack takes them."""
    found = [] if len(blocks) <= MOST_BLOCKS else [f"no more than {MOST_BLOCKS} items allowed"]
    for index, block in enumerate(blocks):
        found += [f"{problem} [json-pointer:/blocks/{index}]" for problem in _block(block)]
    return found


def _block(block: Mapping[str, Any]) -> list[str]:
    found = _at_most(len(block.get("block_id", "")), BLOCK_ID, "block_id")
    match block.get("type"):
        case "header":
            found += _text(block.get("text"), HEADER_TEXT, kinds={"plain_text"})
        case "section":
            fields = block.get("fields", [])
            if "text" not in block and not fields:
                found.append("a section needs text or fields")
            if "text" in block:
                found += _text(block["text"], SECTION_TEXT)
            found += _at_most(len(fields), MOST_FIELDS, "fields")
            found += [each for field in fields for each in _text(field, FIELD_TEXT)]
        case "context":
            elements = block.get("elements", [])
            found += _at_most(len(elements), MOST_CONTEXT_ELEMENTS, "elements")
            found += [] if elements else ["context needs elements"]
            found += [e for each in elements if each.get("type") != "image" for e in _text(each)]
        case "actions":
            elements = block.get("elements", [])
            found += _at_most(len(elements), MOST_ACTIONS, "elements")
            found += [e for each in elements for e in _text(each.get("text"), BUTTON_TEXT)]
        case "divider" | "rich_text" | "image":
            pass
        case unknown:
            found.append(f"unsupported type: {unknown}")
    return found


def _text(text: Any, limit: int = SECTION_TEXT, kinds: frozenset[str] | set[str] = frozenset()) -> list[str]:
    kinds = kinds or {"plain_text", "mrkdwn"}
    match text:
        case {"type": str(kind), "text": str(content)} if kind in kinds:
            return _at_most(len(content), limit, "text") + ([] if content else ["text is empty"])
        case _:
            return [f"missing or wrong text object: {text!r}"]


def _at_most(size: int, limit: int, what: str) -> list[str]:
    return [] if size <= limit else [f"{what} must be at most {limit}, is {size}"]
