"""The numbers below the picture."""

from __future__ import annotations

from rich.text import Text

from simulator.demo.tally import Tally

GAP = "  "


def footer(tally: Tally, width: int, keys: str = "") -> list[Text]:
    """One line, or two where one is too narrow, with what the keys do at the right where that fits, below where not."""
    deployment = tally.stage.deployment
    parts = [
        _part(tally.tasks_moved, "tasks moved"),
        _part(tally.tasks_interrupted, "interrupted", wrong=True),
        _part(tally.below_minimum, "below minimum", wrong=True),
        _part(tally.hooks_completed, "hooks completed"),
        _part(tally.hooks_timed_out, "hooks timed out", wrong=True),
        _part(sum(deployment.aws_calls.values()), "AWS calls"),
        _part(len(deployment.dead_letters), "dead letters", wrong=True),
    ]
    separator = Text(" · ", "bright_black")
    one = separator.join(parts)
    lines = [one] if one.cell_len < width else [separator.join(parts[:4]), separator.join(parts[4:])]
    if not keys:
        return lines
    space = width - lines[-1].cell_len - len(keys) - 1
    if space < len(GAP):
        return [*lines, Text(keys, "dim")]
    lines[-1].append(" " * space + keys, "dim")
    return lines


def _part(count: int, what: str, *, wrong: bool = False) -> Text:
    mark = "!" if wrong and count else ""
    return Text.assemble(f"{what} ", (f"{count:,}{mark}", "bold red" if mark else "bold"))
