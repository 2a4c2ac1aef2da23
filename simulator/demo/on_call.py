"""The panel "What on-call gets": the latest first, each message as it reads now."""

from __future__ import annotations

from textwrap import wrap

from rich.text import Text

from simulator.demo.messages import LOUD, Told, counted, told
from simulator.demo.palette import WORD_STYLES
from simulator.demo.tally import Tally
from simulator.demo.times import elapsed

FRESH_S = 30.0


def message_rows(tally: Tally, width: int, height: int) -> list[Text]:
    said = sorted(told(tally.stage), key=lambda message: -message.changed_s)
    if not said:
        return [Text("nothing yet", "dim")]
    lines: list[Text] = []
    for number, message in enumerate(said):
        block = _block(message, width, fresh=tally.stage.clock.now_s - message.changed_s < FRESH_S)
        rest = len(said) - number
        if len(lines) + len(block) + (rest > 1) > height and lines:
            return [*lines[: height - 1], Text(f"… and {rest} older", "dim")]
        lines += block
    return lines


def _block(message: Told, width: int, *, fresh: bool) -> list[Text]:
    loud = message.word in LOUD
    style = "bold" if fresh else ("" if loud else "dim")
    head = Text.assemble(
        (f" {message.word} ", WORD_STYLES.get(message.word, "")),
        (f" was {message.was}" if message.was else "", WORD_STYLES.get(message.was, "")),
        (f" {elapsed(message.changed_s)} {message.channel}", "dim"),
    )
    for count in (counted(message.edits, "edit", "edits"), counted(message.replies, "reply", "replies")):
        if count and head.cell_len + len(count) + 3 <= width:
            head.append(f" · {count}", "dim")
    body = wrap(message.text, width - 1, max_lines=2, placeholder="…")
    body += wrap(message.detail, width - 1, max_lines=1, placeholder="…") if message.channel == "Slack" else []
    return [head, *(Text(f" {line}", style) for line in body)]
